declare module 'aws4' {
  interface Aws4Request {
    readonly service: string;
    readonly region: string;
    readonly method: string;
    readonly host: string;
    readonly path: string;
    readonly headers: Record<string, string>;
  }

  /** The part that the benchmark uses; the package ships no types. Writes the signature into the headers. */
  const aws4: {
    sign(request: Aws4Request, credentials: { accessKeyId: string; secretAccessKey: string }): unknown;
  };
  export default aws4;
}
