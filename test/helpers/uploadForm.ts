/** A multipart/form-data body as browsers and scripts write it, one character per byte. */
export interface UploadForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly file?: string;
  readonly filename?: string;
  /** What stands between the file and the end of the body. */
  readonly end?: string;
}

export const BOUNDARY = '----formBoundary7MA4YWxk';

/** Stands in a key for the name of the file. */
export const FILENAME = ['$', '{filename}'].join('');

export const formBody = ({ fields, file = 'hello', filename = 'a.txt', end }: UploadForm): string => {
  const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name=`;
  return [
    ...fields.map(([name, value]) => `${part}"${name}"\r\n\r\n${value}\r\n`),
    `${part}"file"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\n${file}`,
    end ?? `\r\n--${BOUNDARY}--\r\n`,
  ].join('');
};

export const formHeaders = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
