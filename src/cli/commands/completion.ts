import { Argument, type Command } from 'commander';
import { type Shell, shells } from '../completion.ts';
import { action } from '../invocation.ts';

export const addCompletionCommand = (program: Command): void => {
  program
    .command('completion')
    .description('Print a script that completes this command line, for your shell to load')
    .addArgument(new Argument('<shell>').choices(shells))
    .action(
      action<object, [Shell]>(async ({ answer }, _, shell) => {
        const { completionScript } = await import('../completion.ts');
        const script = completionScript(program, shell);
        answer({ script }, () => script);
      }),
    );
};
