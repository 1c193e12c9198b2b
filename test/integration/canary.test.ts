import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { encodings, filesBelow, findCanaries } from '../helpers/canary.ts';
import { SecretJourney } from '../helpers/secretJourney.ts';
import { TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
afterAll(() => home.remove());

/** What another process of this machine can read of ours. */
const processFaces = (pid: number): Map<string, Buffer> =>
  new Map(
    ['cmdline', 'environ'].map((face) => [`/proc/${pid}/${face}`, readFileSync(`/proc/${pid}/${face}`)]),
  );

describe('the canary scan', () => {
  it('finds a planted secret in every encoding', () => {
    const secret = 'nfyio_at_CANARYcanary0123456789';
    for (const [encoding, bytes] of Object.entries(encodings(secret))) {
      const planted = new Map([
        ['file', Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')])],
      ]);
      expect(findCanaries(planted, { token: secret }), encoding).toContain(`file: token as ${encoding}`);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'no real secret lies in any reply, log, file, argument or environment',
    async () => {
      const temporary = `${home.folder}/temporary`;
      mkdirSync(temporary);
      const ready = await home.serve(['--sandbox'], { TMPDIR: temporary });
      const journey = new SecretJourney(home, 'sandbox');
      await journey.mint();
      // What was shown on purpose, once each, is no finding.
      home.transcript.length = 0;
      await journey.importByHand();
      await journey.connect();
      await journey.sendThroughConnections(ready);
      expect(journey.replies.filter((reply) => reply.startsWith('HTTP/1.1 200')).length).toBeGreaterThan(6);
      await journey.presign();
      await journey.importFiles();
      await journey.exportAll();
      await journey.changeHowItOpens();
      const { 'recovery key': _shown, ...unseen } = journey.secrets;

      for (const command of [
        ['status'],
        ['token', 'list'],
        ['key', 'list'],
        ['connection', 'list'],
        ['activity'],
        ['doctor'],
      ]) {
        await home.run([...command, '--json']);
        await home.run(command);
      }
      await home.run(['connection', 'snippet', 'with made', '--for', 'aws']);
      await home.run([
        'exec',
        '--connection',
        'with minted',
        '--',
        process.execPath,
        '-e',
        'console.log(process.env, process.argv)',
      ]);

      const told = new Map([
        ['replies', Buffer.from(journey.replies.join('\n'))],
        ['printed and logged', Buffer.from(home.transcript.join('\n'))],
        ...processFaces(ready.pid),
      ]);
      expect(findCanaries(told, unseen)).toEqual([]);

      const everything = (): Map<string, Buffer> => {
        const files = filesBelow(home.folder);
        for (const file of journey.filesInClear) expect(files.delete(file), file).toBe(true);
        return files;
      };
      const ofTheHost = () => new Map([...filesBelow(home.home), ...filesBelow(temporary)]);
      const atRest = () => [
        ...findCanaries(everything(), journey.secrets),
        ...findCanaries(ofTheHost(), journey.localSecrets),
      ];
      expect(ofTheHost().size).toBeGreaterThan(5);
      expect(everything().has(journey.at('rclone.conf'))).toBe(true);
      expect(atRest()).toEqual([]);
      await home.json(['lock']);
      await home.stop();
      expect(atRest()).toEqual([]);
    },
  );
});
