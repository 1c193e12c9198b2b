/**
 * Chromium does not know `app://bundle`, so the page sees an https origin that exists only here. Everything that the
 * app is told, and everything it tells, is translated.
 */
const APP = 'app://bundle';
export const PAGE_ORIGIN = 'https://bundle.app.test';

export const toPageUrl = (url: string): string =>
  url === APP || url.startsWith(`${APP}/`) ? PAGE_ORIGIN + url.slice(APP.length) : url;

export const toAppUrl = (url: string): string =>
  url === PAGE_ORIGIN || url.startsWith(`${PAGE_ORIGIN}/`) ? APP + url.slice(PAGE_ORIGIN.length) : url;
