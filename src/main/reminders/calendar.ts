import type { Credential } from '../../shared/contract/credentials.ts';

/** Expiries as iCalendar (RFC 5545), for the calendar that a team looks at. Names are in it, secrets are not. */

const MOST_OCTETS = 75;

/** 20261124T150314Z */
const utc = (timeMs: number): string =>
  `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

const text = (value: string): string => value.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

/** A line is at most 75 octets long; what follows goes on behind a space. A character is not torn apart. */
const fold = (line: string): string => {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > MOST_OCTETS) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += length;
  }
  return folded;
};

export interface Calendar {
  readonly text: string;
  readonly events: number;
}

/** @param workspaceName by the id of the workspace */
export const calendarOf = (
  credentials: readonly Credential[],
  workspaceName: (id: string) => string,
  nowMs: number,
): Calendar => {
  const dated = credentials.flatMap((credential) =>
    credential.expiresAt === null ? [] : [{ ...credential, endMs: Date.parse(credential.expiresAt) }],
  );
  const event = ({ id, kind, name, workspaceId, endMs }: (typeof dated)[number]): readonly string[] => [
    'BEGIN:VEVENT',
    // The same at every export, so that a calendar that has the event already moves it.
    `UID:${id}@nfyio-vault`,
    `DTSTAMP:${utc(nowMs)}`,
    `DTSTART:${utc(endMs)}`,
    `SUMMARY:${text(`Access ${kind} “${name}” of ${workspaceName(workspaceId)} expires`)}`,
    `DESCRIPTION:${text('Replace it before, in nfyio Vault.')}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//nfyio//nfyio Vault//EN',
    ...dated.flatMap(event),
    'END:VCALENDAR',
  ];
  return { text: lines.map((line) => `${fold(line)}\r\n`).join(''), events: dated.length };
};
