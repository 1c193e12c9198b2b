/** Reads an uncontrolled form, so that what is typed, secrets among it, never becomes React state. */
export interface FormValues {
  /** Trimmed; empty when it was not filled in. */
  text(field: string): string;
  /** Trimmed; undefined when it was not filled in. */
  optional(field: string): string | undefined;
  /** As typed, but for the line break that copying from a terminal leaves behind. */
  secret(field: string): string;
  all(field: string): readonly string[];
  checked(field: string): boolean;
}

export const readForm = (form: HTMLFormElement): FormValues => {
  const data = new FormData(form);
  const raw = (field: string): string => {
    const value = data.get(field);
    return typeof value === 'string' ? value : '';
  };
  return {
    text: (field) => raw(field).trim(),
    optional: (field) => raw(field).trim() || undefined,
    secret: (field) => raw(field).replace(/\r?\n$/, ''),
    all: (field) => data.getAll(field).filter((value) => typeof value === 'string'),
    checked: (field) => data.has(field),
  };
};

/** `a, b c` as a list. */
export const splitWords = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

type Present<Shape> = {
  [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<Shape[Key], undefined>;
} & { [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key] };

/** Leaves out what is undefined: the contract's optional inputs are absent, never undefined. */
export const present = <const Shape extends object>(values: Shape): Present<Shape> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<Shape>;
