import { percentDecode, uriEncodePath } from './uriEncoding.ts';

/**
 * How the path is brought into its canonical form:
 * - `s3`: decoded once, encoded once, and never normalised: `//`, `.` and `..` are part of an object's key;
 * - `normalised`: the general form of other services: dot segments and empty segments resolved, then encoded on
 *   top of the encoding that is already there;
 * - `unnormalised`: encoded on top, nothing resolved.
 */
export type PathForm = 's3' | 'normalised' | 'unnormalised';

export const canonicalPath = (rawPath: string, form: PathForm): string => {
  const path = rawPath === '' ? '/' : rawPath;
  switch (form) {
    case 's3':
      return uriEncodePath(percentDecode(path));
    case 'normalised':
      return uriEncodePath(resolveSegments(path));
    case 'unnormalised':
      return uriEncodePath(path);
  }
};

const resolveSegments = (path: string): string => {
  const resolved: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') resolved.pop();
    else if (segment !== '' && segment !== '.') resolved.push(segment);
  }
  const closing = resolved.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${resolved.join('/')}${closing}`;
};
