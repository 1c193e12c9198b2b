/** The words are those of S3, so that each door of the sandbox can put them into its own shape. */
export type StoreErrorCode =
  | 'BucketAlreadyOwnedByYou'
  | 'BucketNotEmpty'
  | 'EntityTooSmall'
  | 'InvalidBucketName'
  | 'InvalidPart'
  | 'InvalidPartOrder'
  | 'NoSuchBucket'
  | 'NoSuchKey'
  | 'NoSuchUpload';

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode) {
    super(code);
    this.name = 'StoreError';
    this.code = code;
  }
}
