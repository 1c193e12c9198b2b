import { basename } from 'node:path';
import { awsDialect } from '../../files/awsFile.ts';
import { applied, type Edit, lineAt, lineBreakOf, lineLike } from '../../files/edits.ts';
import { readIni } from '../../files/iniFile.ts';
import type { Heading, Setting, SettingsFile } from '../../files/settings.ts';
import { AppError } from '../../lib/appError.ts';
import type { PlaceOf } from '../placeWriter.ts';
import { fileWriter, type PlainValue, type TextForm } from './fileWriter.ts';

type AwsProfile = PlaceOf<'awsProfile'>;

const sessionTokens: ReadonlySet<string> = new Set(['aws_session_token', 'aws_security_token']);

/** In `config` a profile's heading is `[profile name]`, in `credentials` it is `[name]`. */
const isConfig = ({ headings }: SettingsFile, path: string): boolean =>
  basename(path) === 'config' || headings.some(({ section }) => /^profile\s/.test(section));

const sectionsOf = (file: SettingsFile, { path, profile }: AwsProfile): readonly string[] => {
  if (!isConfig(file, path)) return [profile];
  const named = [`profile ${profile}`, `profile "${profile}"`, `profile '${profile}'`];
  return profile === 'default' ? ['default', ...named] : named;
};

const newHeading = (file: SettingsFile, { path, profile }: AwsProfile): string => {
  if (!isConfig(file, path) || profile === 'default') return `[${profile}]`;
  return `[profile ${/\s/.test(profile) ? `"${profile}"` : profile}]`;
};

interface Section {
  readonly heading: Heading | null;
  readonly settings: readonly Setting[];
}

const sectionIn = (file: SettingsFile, place: AwsProfile): Section => {
  const names = sectionsOf(file, place);
  return {
    heading: file.headings.findLast(({ section }) => names.includes(section)) ?? null,
    settings: file.settings.filter(({ section }) => section !== null && names.includes(section)),
  };
};

/** AWS tools take everything behind the separator for the value, quotes too. */
const replacing =
  (text: string) =>
  ({ rawStart, valueStart, valueEnd }: Setting): Edit => ({
    start: rawStart,
    end: valueEnd + (valueStart - rawStart),
    text,
  });

const added = (file: SettingsFile, place: AwsProfile, values: readonly PlainValue[]): readonly Edit[] => {
  const { heading, settings } = sectionIn(file, place);
  const lines = values.map(({ name, text }) => `${name} = ${text}`);
  const model = settings.findLast(({ key }) => key.startsWith('aws_'));
  if (heading !== null && model !== undefined)
    return values.map(({ name, text }) => lineLike(file, model, name, text));
  const lineBreak = lineBreakOf(file.text);
  if (heading !== null) return [lineAt(file.text, heading.lineEnd, lines.join(lineBreak))];
  const section = [newHeading(file, place), ...lines].join(lineBreak);
  const isFirst = file.text.trim() === '';
  return [lineAt(file.text, file.text.length, isFirst ? section : `${lineBreak}${section}`)];
};

export const awsProfileForm: TextForm<AwsProfile> = {
  read: (text, place, name) =>
    sectionIn(readIni(text, awsDialect), place).settings.findLast(({ key }) => key === name)?.value ?? null,
  edit: (text, place, values) => {
    const file = readIni(text, awsDialect);
    const { settings } = sectionIn(file, place);
    if (settings.some(({ key, value }) => sessionTokens.has(key) && value !== '')) {
      throw new AppError('TARGET_UNREADABLE', {
        detail: `The profile ${place.profile} in ${place.path} has a session token, which would go with the key.`,
        hint: 'Take the session token out of the profile, or choose another one.',
      });
    }
    const isThere = ({ name }: PlainValue): boolean => settings.some(({ key }) => key === name);
    return applied(text, [
      ...settings.flatMap((setting) => {
        const value = values.find(({ name }) => name === setting.key);
        return value === undefined ? [] : [replacing(value.text)(setting)];
      }),
      ...(values.every(isThere)
        ? []
        : added(
            file,
            place,
            values.filter((value) => !isThere(value)),
          )),
    ]);
  },
};

export const awsProfile = fileWriter(awsProfileForm);
