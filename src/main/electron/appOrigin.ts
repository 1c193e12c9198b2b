/** The one place the window's content comes from. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://bundle';
export const APP_PAGE = 'app://bundle/index.html';

/** Reads the URL with a parser: a comparison of prefixes would take `app://bundle.example` for ours. */
export const isAppUrl = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return `${protocol}//${host}` === APP_ORIGIN && username === '' && password === '';
};

const outsideHosts: ReadonlySet<string> = new Set(['nfyio.com', 'app.nfyio.com', 'docs.nfyio.com']);

/** Whether a link may be handed to the person's browser: the documentation and the dashboard, over https. */
export const isOutsideLink = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === 'https:' && outsideHosts.has(host) && username === '' && password === '';
};
