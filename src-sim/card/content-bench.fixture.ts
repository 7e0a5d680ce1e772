import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { byte, HandWrittenHost } from './hand-written-host.ts';
import { HandWrittenScp02Host } from './hand-written-scp02-host.ts';
import { newChip } from './new-chip.ts';
import type { BlankKind, ChipMake } from './new-chip.ts';
import { trainingCard } from './training-card.ts';
import { fields, loadFileBlock, tlv } from './training-package.ts';

const key = '404142434445464748494A4B4C4D4E4F';

/** AIDs of the tests of content management. */
export const contentAids = {
  isd: 'A000000151000000',
  domainFile: 'A0000001515350',
  domainModule: 'A000000151535041',
  ssd: 'F0435752495353440001',
  package: 'F04357524900',
  applet: 'F0435752490001',
} as const;

/** The load file data block of a package with one applet. */
export const contentBlock = loadFileBlock({ aid: contentAids.package, applets: [contentAids.applet] });

/** A factory blank, and a host that manages its content. */
export interface ContentBench {
  readonly chip: Chip;
  readonly host: HandWrittenHost | HandWrittenScp02Host;
  send(command: string): string;
  select(aid: string): string;
  hostOf(key: string): HandWrittenHost;
  install(module: string, aid: string, privileges: string): Promise<string>;
  announce(domain?: string, hash?: string): Promise<string>;
  /** Sends a load file in blocks of 200 bytes; the last answer. */
  load(file: string): Promise<string>;
}

/** Makes a factory blank and opens a session with its keys at a level. */
export async function openContentBench(
  level: number,
  made: Partial<ChipMake> & { readonly blank: BlankKind },
): Promise<ContentBench> {
  const keys = { enc: key.toLowerCase(), mac: key.toLowerCase(), dek: key.toLowerCase() };
  const fixed = { seed: 'test', cardId: 'EV1-000001', keys, keyVersion: 0x30, scpParameter: 0x70, iin: '999999' };
  const chip = new Chip(
    newChip({ ...fixed, applicationAid: trainingCard.aid.toLowerCase(), cardLifeCycle: 0x0f, ...made }),
  );
  const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
  const way = (command: string): Promise<string> => Promise.resolve(send(command));
  const host = made.blank === 'factory-scp02' ? new HandWrittenScp02Host(way, key) : new HandWrittenHost(way, key);
  if ((await host.open(level)) !== '9000') throw new Error('no session');
  return {
    chip,
    host,
    send,
    select: (aid) => send(`00A40400${byte(aid.length / 2)}${aid}00`),
    hostOf: (own) => new HandWrittenHost(way, own),
    install: (module, aid, privileges) => {
      const file = module === contentAids.domainModule ? contentAids.domainFile : contentAids.package;
      return host.send('80E60C00', fields(file, module, aid, privileges, 'C900', ''), '00');
    },
    announce: (domain = '', hash = '') =>
      host.send('80E60200', fields(contentAids.package, domain, hash, '', ''), '00'),
    load: async (file) => {
      let answer = '';
      for (let at = 0, block = 0; at < file.length; at += 400, block++) {
        const last = at + 400 >= file.length ? '80' : '00';
        answer = await host.send(`80E8${last}${byte(block)}`, file.slice(at, at + 400), '00');
        if (answer !== '009000') return answer;
      }
      return answer;
    },
  };
}

/** A load file with one signature of a domain before its block. */
export function signedLoadFile(domain: string, signature: string): string {
  return tlv('E2', tlv('4F', domain) + tlv('C3', signature)) + tlv('C4', contentBlock);
}
