/** Where the marks of a timeline stand, so that no name is written over another. */

export interface Mark {
  readonly name: string;
  /** 0 is the beginning of the line, 1 its end. */
  readonly share: number;
}

export interface PlacedMark {
  /** From the axis upwards. */
  readonly lane: number;
  /** The name stands after the dot, or before it where the line ends; `none` where there is no room for it. */
  readonly label: 'after' | 'before' | 'none';
}

export const MOST_LANES = 5;
/** The narrowest line that a window has, and the widest a character of a name is drawn. */
const LINE_PX = 560;
const CHARACTER_PX = 7;
const DOT_PX = 26;
const NAME_CHARACTERS = 18;

const reach = ({ name, share }: Mark): { readonly from: number; readonly to: number } => {
  const width = (Math.min(name.length, NAME_CHARACTERS) * CHARACTER_PX + DOT_PX) / LINE_PX;
  return share + width > 1 ? { from: share - width, to: share } : { from: share, to: share + width };
};

/** Every mark takes the lowest lane in which its name is free. @param marks in the order of their share */
export const placeMarks = (marks: readonly Mark[]): readonly PlacedMark[] => {
  const taken: number[] = [];
  return marks.map((mark) => {
    const { from, to } = reach(mark);
    const free = Array.from({ length: MOST_LANES }, (_, lane) => lane).find(
      (lane) => (taken[lane] ?? Number.NEGATIVE_INFINITY) <= from,
    );
    if (free === undefined) return { lane: MOST_LANES - 1, label: 'none' };
    taken[free] = to;
    return { lane: free, label: from < mark.share ? 'before' : 'after' };
  });
};
