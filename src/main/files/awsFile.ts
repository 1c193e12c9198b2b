import type { IniDialect } from './iniFile.ts';

/** How the tools of AWS read their `credentials` and `config`. */
export const awsDialect: IniDialect = {
  separator: '=:',
  hasInlineComments: true,
  hasContinuations: true,
  foldsCase: true,
};
