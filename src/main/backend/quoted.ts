const MAX_CHARACTERS = 200;

/** Everything that could restyle a terminal or reverse the direction of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Any access token, also one that is not ours. */
const TOKEN = /nfyio_at_[A-Za-z0-9_\-+/=.~]+/g;

/**
 * Words of the service, fit to be shown. The order matters: a token that is broken up by control characters must be
 * whole again before it is looked for, and looked for before the text is cut.
 */
export const quoted = (text: string, token: string): string => {
  const safe = text.replace(INVISIBLE, '').replaceAll(token, '[secret]').replace(TOKEN, '[secret]').trim();
  return safe.length <= MAX_CHARACTERS ? safe : `${safe.slice(0, MAX_CHARACTERS - 1)}…`;
};
