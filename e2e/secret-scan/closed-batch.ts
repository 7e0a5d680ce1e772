import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { needlesOfBytes, needlesOfPan, type Needle } from './needles.ts';

/** The published test key of the virtual cards (GlobalPlatform). */
const testCardKey = '404142434445464748494a4b4c4d4e4f';

interface Stripe {
  readonly disposition: string;
  readonly stripe: Readonly<Record<'1' | '2', string | null>>;
}

interface Chip {
  readonly applications: readonly { readonly groupings: Readonly<Record<string, string>> }[];
}

function jsonOf<Content>(folder: string): readonly Content[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Content);
}

/** What the cards of a batch bear, read from the virtual machines' own records: the cards' side of the wire. */
export interface SecretsOfBatch {
  readonly pans: readonly string[];
  /** Card numbers, application keys, PIN blocks and the cards' test key, in every form. */
  readonly needles: readonly Needle[];
}

export function secretsOfBatch(data: string): SecretsOfBatch {
  const printers = ['printer-1', 'printer-2'].map((printer) => path.join(data, 'devices', printer));
  const stripes = printers.flatMap((printer) => jsonOf<Stripe>(path.join(printer, 'pictures')));
  const pans = stripes
    .filter(({ disposition }) => disposition === 'good')
    .map(({ stripe }) => stripe['2']?.split('=')[0] ?? '');
  const groupings = printers
    .flatMap((printer) => jsonOf<Chip>(path.join(printer, 'chips')))
    .flatMap(({ applications }) => applications.map(({ groupings: stored }) => stored));
  const needles = [
    ...pans.flatMap((pan, at) => needlesOfPan(`PAN ${at + 1}`, pan)),
    ...groupings.flatMap((chip, at) => [
      // DGI 8000: three application keys of 16 bytes. DGI 8010: the reference PIN block. EMV CPS 1.1 annex A.
      ...(chip['8000']?.match(/.{32}/g) ?? []).flatMap((key, number) =>
        needlesOfBytes(`application key ${number + 1} of chip ${at + 1}`, Buffer.from(key, 'hex')),
      ),
      ...(chip['8010'] === undefined
        ? []
        : needlesOfBytes(`PIN block of chip ${at + 1}`, Buffer.from(chip['8010'], 'hex'))),
    ]),
    ...needlesOfBytes('test card key', Buffer.from(testCardKey, 'hex')),
  ];
  return { pans, needles };
}
