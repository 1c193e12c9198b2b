/** An image of resources/ as a data: URL, put into the program when it is built. */
declare module '*.png?inline' {
  const dataUrl: string;
  export default dataUrl;
}
