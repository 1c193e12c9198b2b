/** The key of the object: `${filename}` stands for the name that the tool gives to the file. */
export const withFilename = (text: string, filename: string | null): string =>
  text.replaceAll(/\$\{filename\}/g, () => filename ?? '');
