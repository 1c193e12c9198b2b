/** What a person types to get an export in clear. Apart from the schemas, so that the window needs none of them. */
export const PLAIN_EXPORT_WORDS = 'write my secrets in clear';
