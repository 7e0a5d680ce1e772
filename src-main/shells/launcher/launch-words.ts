import path from 'node:path';
import { parseArgs } from 'node:util';

/** What the words of a start ask for. */
export type LaunchWish =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly text: string }
  | {
      readonly kind: 'launch';
      readonly data: string;
      readonly window: 'wanted' | 'not-wanted';
      readonly afterwards: 'wait' | 'demo';
    };

export const launchHelp = `npm start -- [options]

  --data FOLDER   the data folder (default: CARDWRIGHT_DATA, or the usual place of this system)
  --demo          makes the first training batch by itself, as the training people, and ends
  --no-window     opens no window; the command line and another start reach the station
  --help          this text

Example: npm start -- --demo --data /tmp/cardwright-demo
`;

/** Reads the words after `npm start --`; an unknown one is answered with what is known, and nothing is started. */
export function readLaunchWords(words: readonly string[], defaultData: string): LaunchWish {
  try {
    const { values } = parseArgs({
      args: words.filter((word, index) => !(index === 0 && word === '--')),
      options: {
        data: { type: 'string' },
        demo: { type: 'boolean', default: false },
        'no-window': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      strict: true,
      allowPositionals: false,
    });
    if (values.help) return { kind: 'help' };
    if (values.data === '') return { kind: 'wrong', text: '--data needs a folder.' };
    return {
      kind: 'launch',
      data: path.resolve(values.data ?? defaultData),
      window: values['no-window'] ? 'not-wanted' : 'wanted',
      afterwards: values.demo ? 'demo' : 'wait',
    };
  } catch (cause) {
    const text = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    return { kind: 'wrong', text: text.replace(/ To specify a positional.*$/, '') };
  }
}
