/** Everything a page needs to know to be let in, were it no page. */
export interface PageTarget {
  /** Each with a valid credential in it. */
  readonly urls: Readonly<Record<'GET' | 'POST' | 'PUT' | 'DELETE', string>>;
  readonly socket: string;
  /** For an Authorization header. */
  readonly authorization: string;
}

/** What a page got out of one kind of request. */
export interface Learned {
  readonly kind: string;
  readonly learned: string;
}

/**
 * Sends, one after the other, what a page, a frame or a worker can send, in every way there is
 * for it. It runs there, so it can use nothing from outside of itself.
 */
export const attack = async ({ urls, socket, authorization }: PageTarget): Promise<Learned[]> => {
  const PATIENCE_MS = 2_000;
  const get = urls.GET;
  const attempts: Record<string, () => Promise<string>> = {};

  const fetched = async (url: string, init: RequestInit): Promise<string> => {
    const reply = await fetch(url, init);
    return reply.type.startsWith('opaque') ? 'opaque' : `read ${reply.status} ${await reply.text()}`;
  };
  const headers = { Authorization: authorization };
  const body = 'written by a page';
  Object.assign(attempts, {
    'fetch cors GET': () => fetched(get, {}),
    'fetch cors GET with Authorization': () => fetched(get, { headers }),
    'fetch cors GET with credentials': () => fetched(get, { credentials: 'include' }),
    'fetch cors POST': () => fetched(urls.POST, { method: 'POST', body }),
    'fetch cors PUT': () => fetched(urls.PUT, { method: 'PUT', body }),
    'fetch cors DELETE': () => fetched(urls.DELETE, { method: 'DELETE' }),
    'fetch no-cors GET': () => fetched(get, { mode: 'no-cors', credentials: 'include' }),
    'fetch no-cors HEAD': () => fetched(get, { mode: 'no-cors', method: 'HEAD' }),
    'fetch no-cors POST': () => fetched(urls.POST, { mode: 'no-cors', method: 'POST', body }),
    'fetch same-origin GET': () => fetched(get, { mode: 'same-origin' }),
    'fetch same-origin POST': () => fetched(urls.POST, { mode: 'same-origin', method: 'POST', body }),
    'fetch keepalive': () => fetched(urls.POST, { mode: 'no-cors', method: 'POST', body, keepalive: true }),
    'fetch without a referrer': () => fetched(get, { mode: 'no-cors', referrerPolicy: 'no-referrer' }),
    'fetch manual redirect': () => fetched(get, { mode: 'no-cors', redirect: 'follow', cache: 'reload' }),
    'fetch of the loopback': () => fetched(get, { targetAddressSpace: 'loopback' } as RequestInit),
    'fetch with a body of unknown length': () =>
      fetched(urls.POST, { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' } as RequestInit),
  });
  attempts.WebSocket = () =>
    new Promise((resolve) => {
      const opened = new WebSocket(socket);
      opened.onopen = () => opened.send('{"id":1,"call":"echo","input":1}');
      opened.onmessage = ({ data }) => resolve(`read ${data}`);
      opened.onerror = () => resolve('error');
    });
  if (typeof EventSource !== 'undefined')
    attempts.EventSource = () =>
      new Promise((resolve) => {
        const source = new EventSource(get, { withCredentials: true });
        source.onopen = () => resolve('open');
        source.onmessage = ({ data }) => resolve(`read ${data}`);
        source.onerror = () => {
          source.close();
          resolve('error');
        };
      });
  if (typeof XMLHttpRequest !== 'undefined')
    for (const method of ['GET', 'POST'] as const)
      attempts[`XMLHttpRequest ${method}`] = () =>
        new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.open(method, urls[method]);
          request.onload = () => resolve(`read ${request.status} ${request.responseText}`);
          request.onerror = () => resolve('error');
          request.send();
        });

  if (typeof document !== 'undefined') {
    const make = (name: string, attributes: Record<string, string>): HTMLElement => {
      const made = document.createElementNS('http://www.w3.org/1999/xhtml', name) as HTMLElement;
      for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
      return made;
    };
    const root = document.body ?? document.documentElement;
    const textIn = (frame: HTMLIFrameElement): string => {
      try {
        const text = frame.contentDocument?.documentElement.textContent ?? '';
        return text === '' ? '' : ` read ${text}`;
      } catch {
        return '';
      }
    };
    const loaded = (name: string, attributes: Record<string, string>): Promise<string> =>
      new Promise((resolve) => {
        const made = make(name, attributes);
        for (const event of ['load', 'error', 'loadedmetadata'])
          made.addEventListener(event, () =>
            resolve(event + (made instanceof HTMLIFrameElement ? textIn(made) : '')),
          );
        root.append(made);
      });
    const submitted = (method: string, enctype: string): Promise<string> =>
      new Promise((resolve) => {
        const name = `frame ${method} ${enctype}`;
        const frame = make('iframe', { name }) as HTMLIFrameElement;
        const action = urls[method === 'GET' ? 'GET' : 'POST'];
        const form = make('form', { method, enctype, action, target: name }) as HTMLFormElement;
        form.append(make('input', { name: 'key', value: body }));
        root.append(frame, form);
        frame.addEventListener('load', () => resolve(`load${textIn(frame)}`));
        form.submit();
      });
    Object.assign(attempts, {
      'form GET': () => submitted('GET', 'application/x-www-form-urlencoded'),
      'form POST': () => submitted('POST', 'application/x-www-form-urlencoded'),
      'form POST as text': () => submitted('POST', 'text/plain'),
      'form POST in parts': () => submitted('POST', 'multipart/form-data'),
      img: () => loaded('img', { src: get }),
      'img crossorigin': () => loaded('img', { src: get, crossorigin: 'use-credentials' }),
      'img without a referrer': () => loaded('img', { src: get, referrerpolicy: 'no-referrer' }),
      script: () => loaded('script', { src: get }),
      'script module': () => loaded('script', { src: get, type: 'module' }),
      stylesheet: () => loaded('link', { rel: 'stylesheet', href: get }),
      preload: () => loaded('link', { rel: 'preload', as: 'image', href: get }),
      modulepreload: () => loaded('link', { rel: 'modulepreload', href: get }),
      prefetch: () => loaded('link', { rel: 'prefetch', href: get }),
      manifest: async () => {
        root.append(make('link', { rel: 'manifest', href: get }));
        return 'nothing';
      },
      iframe: () => loaded('iframe', { src: get }),
      'iframe sandboxed': () => loaded('iframe', { src: get, sandbox: 'allow-scripts' }),
      object: () => loaded('object', { data: get }),
      embed: () => loaded('embed', { src: get }),
      video: () => loaded('video', { src: get }),
      audio: () => loaded('audio', { src: get, crossorigin: 'anonymous' }),
      font: async () => {
        await new FontFace('hostile', `url(${get})`).load();
        return 'load';
      },
      sendBeacon: async () => {
        navigator.sendBeacon(urls.POST, body);
        return 'nothing';
      },
      ping: async () => {
        // In a frame of its own words, `#` alone would lead to the page around it.
        const link = make('a', { href: `${location.href.split('#')[0]}#`, ping: urls.POST });
        root.append(link);
        link.click();
        return 'nothing';
      },
      'service worker': async () => {
        await navigator.serviceWorker.register(get);
        return 'registered';
      },
      popup: async () => {
        const popup = window.open(get);
        try {
          for (;;) {
            const text = popup?.document.documentElement?.textContent ?? '';
            if (text !== '') return `read ${text}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        } finally {
          popup?.close();
        }
      },
    });
  }

  const silence = (): Promise<string> =>
    new Promise((resolve) => setTimeout(() => resolve('silence'), PATIENCE_MS));
  const learned: Learned[] = [];
  for (const [kind, attempt] of Object.entries(attempts))
    learned.push({ kind, learned: await Promise.race([attempt().catch(() => 'error'), silence()]) });
  return learned;
};
