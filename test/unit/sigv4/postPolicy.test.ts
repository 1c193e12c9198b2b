import { describe, expect, it } from 'vitest';
import { signPolicy, verifyPolicy } from '../../../src/main/sigv4/postPolicy.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';

/** The example of a browser upload in the S3 documentation. */
const policy = [
  '{ "expiration": "2015-12-30T12:00:00.000Z",',
  '  "conditions": [',
  '    {"bucket": "sigv4examplebucket"},',
  '    ["starts-with", "$key", "user/user1/"],',
  '    {"acl": "public-read"},',
  '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
  '    ["starts-with", "$Content-Type", "image/"],',
  '    {"x-amz-meta-uuid": "14365123651274"},',
  '    {"x-amz-server-side-encryption": "AES256"},',
  '    ["starts-with", "$x-amz-meta-tag", ""],',
  '',
  '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
  '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
  '    {"x-amz-date": "20151229T000000Z" }',
  '  ]',
  '}',
].join('\r\n');
const policyBase64 = Buffer.from(policy).toString('base64');
const published = '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e';
const signingKey = deriveSigningKey(
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  '20151229',
  'us-east-1',
  's3',
);

describe('the signature of an upload form', () => {
  it('is the published one for the documented policy', () => {
    expect(signPolicy(policyBase64, signingKey)).toBe(published);
    expect(verifyPolicy(policyBase64, published, signingKey)).toBe(true);
  });

  it('does not hold for another policy, another key, or in another spelling', () => {
    const wider = Buffer.from(policy.replace('user/user1/', 'user/user12')).toString('base64');
    const otherKey = deriveSigningKey('another', '20151229', 'us-east-1', 's3');
    expect(verifyPolicy(wider, published, signingKey)).toBe(false);
    expect(verifyPolicy(policyBase64, published, otherKey)).toBe(false);
    for (const signature of ['', published.slice(1), published.toUpperCase(), `${published}\n`])
      expect(verifyPolicy(policyBase64, signature, signingKey)).toBe(false);
  });
});
