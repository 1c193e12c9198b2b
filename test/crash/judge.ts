import { type SubjectName, subjects } from './subjects.ts';

/** What is wrong with the folder, given what was acknowledged; null when it opens and holds all of it. */
export const problemOf = async (
  subject: SubjectName,
  folder: string,
  acknowledged: readonly string[],
): Promise<string | null> => {
  try {
    const held = new Set((await subjects[subject](folder)).secrets());
    const lost = acknowledged.filter((secret) => !held.has(secret));
    return lost.length === 0 ? null : `lost: ${lost.join(', ')}`;
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message : String(error)}`;
  }
};
