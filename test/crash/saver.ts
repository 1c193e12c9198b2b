import { Child, type ChildOptions, type Said } from './child.ts';
import type { SubjectName } from './subjects.ts';

/** The parent's end of a `saverProcess`. */
export class Saver extends Child {
  constructor(subject: SubjectName, folder: string, options?: ChildOptions) {
    super('saverProcess.ts', [subject, folder], options);
  }

  static async ready(subject: SubjectName, folder: string, options?: ChildOptions): Promise<Saver> {
    const saver = new Saver(subject, folder, options);
    for (;;) {
      const said = await saver.next();
      if (said?.word === 'ready') return saver;
      if (said?.word !== 'opening') throw new Error(`not ready: ${said?.word} ${said?.about}`);
    }
  }

  async save(secret: string): Promise<Said | null> {
    this.ask(secret);
    return this.next();
  }
}
