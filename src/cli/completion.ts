import type { Command } from 'commander';

/** Scripts that complete the command line in a shell. They are static: pressing Tab asks no host and starts nothing. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty where any value will do. */
  readonly choices: readonly string[];
}

interface CompletedCommand {
  /** From the program's name on: `[]`, `['token']`, `['token', 'create']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly subcommands: readonly CompletedCommand[];
  /** What its arguments can be, where they are a choice. */
  readonly choices: readonly string[];
}

const describe = (command: Command, path: readonly string[]): CompletedCommand => ({
  path,
  description: command.description(),
  options: command.options.flatMap(({ long, description, required, optional, argChoices }) =>
    long ? [{ flag: long, description, takesValue: required || optional, choices: argChoices ?? [] }] : [],
  ),
  subcommands: command.commands.map((inner) => describe(inner, [...path, inner.name()])),
  choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
});

const withAllBelow = (command: CompletedCommand): readonly CompletedCommand[] => [
  command,
  ...command.subcommands.flatMap(withAllBelow),
];

const pathWords = (path: readonly string[]): string => path.map((word) => ` ${word}`).join('');

const bashScript = (program: string, root: CompletedCommand): string => {
  const commands = withAllBelow(root);
  const withChoices = commands.flatMap(({ path, options }) =>
    options.filter(({ choices }) => choices.length > 0).map((option) => ({ path, ...option })),
  );
  const words = ({ subcommands, choices: ofArguments, options }: CompletedCommand): string => {
    const flags = new Set([...options, ...root.options].map(({ flag }) => flag));
    return [...subcommands.map(({ path }) => path.at(-1)), ...ofArguments, ...flags].join(' ');
  };
  const known = commands.slice(1).map(({ path }) => `'${pathWords(path)}'`);
  return [
    '_nfyio_vault() {',
    `  local i path='' words=''`,
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    // What follows is another program's command line.
    `    [[ \${COMP_WORDS[i]} == -- ]] && return`,
    `    case "$path \${COMP_WORDS[i]}" in`,
    `      ${known.join('|')}) path="$path \${COMP_WORDS[i]}" ;;`,
    '    esac',
    '  done',
    `  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in`,
    ...withChoices.map(
      ({ path, flag, choices }) => `    '${pathWords(path)} ${flag}') words='${choices.join(' ')}' ;;`,
    ),
    `    *) case "$path" in`,
    ...commands.map((command) => `      '${pathWords(command.path)}') words='${words(command)}' ;;`),
    '    esac ;;',
    '  esac',
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    `complete -o default -F _nfyio_vault ${program}`,
  ].join('\n');
};

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fishScript = (program: string, root: CompletedCommand): string => {
  const names = ({ subcommands }: CompletedCommand): string =>
    subcommands.map(({ path }) => path.at(-1)).join(' ');
  const seen = ({ path }: CompletedCommand): readonly string[] =>
    path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const line = (conditions: readonly string[], rest: string): string =>
    `complete -c ${program}${conditions.length === 0 ? '' : ` -n ${quoted(conditions.join('; and '))}`} ${rest}`;
  return withAllBelow(root)
    .flatMap((command) => [
      ...command.subcommands.map((inner) =>
        line(
          [...seen(command), `not __fish_seen_subcommand_from ${names(command)}`],
          `-f -a ${inner.path.at(-1)} -d ${quoted(inner.description)}`,
        ),
      ),
      ...(command.choices.length === 0
        ? []
        : [line(seen(command), `-x -a ${quoted(command.choices.join(' '))}`)]),
      ...command.options.map(({ flag, description, takesValue, choices }) => {
        const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
        return line(seen(command), `-l ${flag.slice(2)}${values} -d ${quoted(description)}`);
      }),
    ])
    .join('\n');
};

export const completionScript = (program: Command, shell: Shell): string => {
  const root = describe(program, []);
  if (shell === 'fish') return fishScript(program.name(), root);
  const bash = bashScript(program.name(), root);
  return shell === 'bash' ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
};
