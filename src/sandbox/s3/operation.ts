/** Everything a client can ask of S3, as far as this server tells it apart. */
export type Operation =
  | 'ListBuckets'
  | 'HeadBucket'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'ListUploads'
  | 'BucketSetting'
  | 'ChangeBucket'
  | 'DeleteObjects'
  | 'GetObject'
  | 'HeadObject'
  | 'GetObjectAcl'
  | 'GetObjectTagging'
  | 'PutObjectTagging'
  | 'DeleteObjectTagging'
  | 'PutObject'
  | 'CopyObject'
  | 'DeleteObject'
  | 'CreateUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'ListParts'
  | 'CompleteUpload'
  | 'AbortUpload'
  | 'MethodNotAllowed'
  | 'NotImplemented';

/** What a key must be allowed for the operation; `nobody`: no S3 key is. */
export const neededPermission = (operation: Operation): 'read' | 'read-write' | 'nobody' => {
  if (operation === 'ChangeBucket') return 'nobody';
  const isWrite =
    /^(Put|Copy|Delete|Create|Upload|Complete|Abort)/.test(operation) ||
    /^List(Parts|Uploads)$/.test(operation);
  return isWrite ? 'read-write' : 'read';
};

export interface OperationFacts {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly isCopy: boolean;
}

/** Parameters that name another resource than the bucket or object itself. */
const subresources = [
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle location',
  'logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication',
  'requestPayment restore retention select tagging torrent versioning versions website',
].flatMap((line) => line.split(' '));

export const operationOf = (facts: OperationFacts): Operation => {
  const subresource = subresources.find((name) => facts.query.has(name));
  if (facts.bucket === '')
    return facts.method === 'GET' && facts.key === '' ? 'ListBuckets' : 'MethodNotAllowed';
  return facts.key === '' ? bucketOperation(facts, subresource) : objectOperation(facts, subresource);
};

const bucketOperation = ({ method, query }: OperationFacts, subresource: string | undefined): Operation => {
  switch (method) {
    case 'PUT':
    case 'DELETE':
      return 'ChangeBucket';
    case 'HEAD':
      return 'HeadBucket';
    case 'POST':
      return query.has('delete') ? 'DeleteObjects' : 'NotImplemented';
    case 'GET':
      if (subresource !== undefined) return 'BucketSetting';
      if (query.has('uploads')) return 'ListUploads';
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    default:
      return 'MethodNotAllowed';
  }
};

const objectOperation = (
  { method, query, isCopy }: OperationFacts,
  subresource: string | undefined,
): Operation => {
  if (method === 'GET' && subresource === 'acl') return 'GetObjectAcl';
  if (subresource === 'tagging') return taggingOperation(method);
  if (subresource !== undefined) return 'NotImplemented';
  const hasUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
      return hasUpload ? 'ListParts' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      if (hasUpload) return isCopy ? 'UploadPartCopy' : 'UploadPart';
      return isCopy ? 'CopyObject' : 'PutObject';
    case 'DELETE':
      return hasUpload ? 'AbortUpload' : 'DeleteObject';
    case 'POST':
      if (query.has('uploads')) return 'CreateUpload';
      return hasUpload ? 'CompleteUpload' : 'NotImplemented';
    default:
      return 'MethodNotAllowed';
  }
};

const taggingOperation = (method: string): Operation => {
  switch (method) {
    case 'GET':
      return 'GetObjectTagging';
    case 'PUT':
      return 'PutObjectTagging';
    case 'DELETE':
      return 'DeleteObjectTagging';
    default:
      return 'MethodNotAllowed';
  }
};
