import { destination, pino, type Logger } from 'pino';

export type { Logger };

/** Names under which something secret might be logged by mistake; their values never reach the file. */
const redacted = [
  'pin',
  'password',
  'pan',
  'track1',
  'track2',
  'printName',
  'encodedName',
  'plaintext',
  'apdu',
  'key',
  'token',
  'cookie',
];

/** The technical log: a file of the station, another thing than the journal. */
export function openLogger(file: string, level: string): Logger {
  const paths = redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { level, redact: { paths, censor: '[secret]' }, base: null },
    destination({ dest: file, mkdir: true, sync: true, mode: 0o600 }),
  );
}
