import type { ActivityEntry } from '../../shared/contract/activity.ts';
import { errorTable, isErrorCode } from '../../shared/errorCodes.ts';

export interface Explanation {
  readonly id: string;
  readonly code: string | null;
  readonly because: string;
  readonly try: string;
}

interface Words {
  readonly because: string;
  readonly try: string;
}

const passed: Words = {
  because: 'The request passed and the service accepted it.',
  try: 'Nothing is wrong.',
};
const redirected: Words = {
  because: 'The service answered with a redirect, which is passed on and never followed.',
  try: 'Check that the endpoint address of the workspace is the final one.',
};

const upstreamWords: Readonly<Record<number, Words>> = {
  400: {
    because: 'The service found the request malformed.',
    try: 'Check what the tool sends; the body of the answer says more.',
  },
  401: {
    because: 'The service refused the credential: it is wrong, expired or deleted there.',
    try: 'Create or import a new credential and a new connection for it.',
  },
  402: errorTable.BACKEND_QUOTA,
  403: {
    because: 'The service knows the credential but does not let it do this.',
    try: 'Check its scope, route, buckets and permission in the dashboard, and the clock of this machine.',
  },
  404: {
    because: 'The service has nothing at this path (or it belongs to another workspace).',
    try: 'Check the path, the bucket and the object key.',
  },
  405: {
    because: 'The service does not admit this method here.',
    try: 'Check the method and the path in the documentation of the service.',
  },
  409: {
    because: 'The service already has one of that name, or it is being changed.',
    try: 'Choose another name, or try again.',
  },
  411: { because: 'The service wants to know the length of the body first.', try: 'Let the tool send it.' },
  412: {
    because: 'A condition that the tool set (If-Match, If-None-Match…) does not hold.',
    try: 'Read the object again and repeat with its current ETag.',
  },
  413: { because: 'The body is larger than the service accepts.', try: 'Send it in parts (multipart).' },
  416: { because: 'The range lies outside the object.', try: 'Ask for the size first.' },
  429: errorTable.BACKEND_RATE_LIMITED,
  503: {
    because: 'The service is busy or asks to slow down.',
    try: 'Lower the parallelism of the tool and try again.',
  },
};

const forStatus = (status: number): Words => {
  if (status >= 500) return upstreamWords[status] ?? errorTable.BACKEND_FAILED;
  if (status >= 400) return upstreamWords[status] ?? errorTable.BACKEND_REFUSED_INPUT;
  if (status >= 300 && status !== 304) return redirected;
  return passed;
};

/** Why a request ended as it did, and what to do about it. */
export const explain = ({ id, refusal, status }: ActivityEntry): Explanation => {
  if (refusal === null) {
    const words = forStatus(status);
    return { id, code: null, because: words.because, try: words.try };
  }
  const row = errorTable[isErrorCode(refusal) ? refusal : 'INTERNAL'];
  return { id, code: refusal, because: row.because, try: row.try };
};
