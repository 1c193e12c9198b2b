import { formatAmzDate } from '../../sigv4/amzDate.ts';
import { ALGORITHM, scopeText } from '../../sigv4/credentialScope.ts';
import { signPolicy } from '../../sigv4/postPolicy.ts';
import type { S3Signing } from '../s3Plan.ts';
import { REGION } from '../s3Plan.ts';
import type { FormField, FormHead } from './formHead.ts';
import type { Policy } from './policyDocument.ts';

export interface SignedForm {
  /** All that stands before the file. */
  readonly head: Buffer;
  readonly signature: string;
}

/** What authenticates the form, or is nobody's business upstream. */
const isReplaced = (name: string): boolean =>
  /^(?:policy|signature|awsaccesskeyid|x-amz-(?:algorithm|credential|date|signature|security-token)|x-ignore-.*)$/i.test(
    name,
  );

/**
 * The fields that the tool sent, under a policy that admits them and nothing else. What the tool's own policy allowed
 * beyond that, and for how long, is known here alone.
 */
export const signForm = (
  form: Pick<FormHead, 'fields' | 'filename' | 'fileType'>,
  target: { readonly bucket: string; readonly boundary: string },
  policy: Policy,
  { accessKeyId, signingKeyOf, nowMs }: Pick<S3Signing, 'accessKeyId' | 'signingKeyOf' | 'nowMs'>,
): SignedForm => {
  const amzDate = formatAmzDate(nowMs);
  const scope = { dateStamp: amzDate.slice(0, 8), region: REGION, service: 's3' };
  const fields: FormField[] = [
    ...form.fields.filter(({ name }) => !isReplaced(name)),
    { name: 'x-amz-algorithm', value: ALGORITHM },
    { name: 'x-amz-credential', value: `${accessKeyId}/${scopeText(scope)}` },
    { name: 'x-amz-date', value: amzDate },
  ];
  const document = {
    expiration: new Date(policy.expiresAtMs).toISOString(),
    conditions: [
      { bucket: target.bucket },
      ...fields.filter(({ name }) => name.toLowerCase() !== 'bucket').map(asCondition),
      ['content-length-range', policy.range.min, policy.range.max],
    ],
  };
  const policyBase64 = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = signPolicy(policyBase64, signingKeyOf(scope.dateStamp, REGION));
  const signed = [
    ...fields,
    { name: 'policy', value: policyBase64 },
    { name: 'x-amz-signature', value: signature },
  ];
  return { head: Buffer.from(writeHead(form, signed, target.boundary), 'latin1'), signature };
};

const asCondition = ({ name, value }: FormField): Record<string, string> => ({
  [name]: Buffer.from(value, 'latin1').toString('utf8'),
});

const writeHead = (
  { filename, fileType }: Pick<FormHead, 'filename' | 'fileType'>,
  fields: readonly FormField[],
  boundary: string,
): string => {
  const part = `--${boundary}\r\nContent-Disposition: form-data; name=`;
  const named = filename === null ? '' : `; filename="${filename.replaceAll('"', '%22')}"`;
  const typed = fileType === null ? '' : `Content-Type: ${fileType}\r\n`;
  return [
    ...fields.map(({ name, value }) => `${part}"${name}"\r\n\r\n${value}\r\n`),
    `${part}"file"${named}\r\n${typed}\r\n`,
  ].join('');
};
