import { Command, InvalidArgumentError, Option } from 'commander';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { splitAddress } from '../control/json-lines-client.ts';
import { issuerDomainAid } from './built-in-content.ts';
import { faultWords } from './card-faults.ts';
import { isCardId } from './card-folder.ts';
import { runCardProgram } from './card-program.ts';
import type { CardOptions, Framing } from './card-program.ts';
import { blankKinds, blankWords } from './new-chip.ts';
import { paymentWords } from './payment-words.ts';

const vpcd = '127.0.0.1:35963';
const testKey = '404142434445464748494a4b4c4d4e4f';
const scp02Parameters = [0x15, 0x35, 0x55, 0x75];
const scpParameters = [0x00, 0x10, 0x20, 0x30, 0x60, 0x70].flatMap((each) => [each, each | 0x01]);

const afterHelp = `
Kinds of blanks:
${Object.entries(blankWords)
  .map(([kind, words]) => `  ${kind.padEnd(14)} ${words}`)
  .join('\n')}

Contacts (JSON lines, answered {"ok":true} once the reader has, or has lost, the card):
  {"contacts":"closed","card":"EV1-000001"}
  {"contacts":"open"}

Control (JSON lines, answered {"ok":true} or {"error":"..."}):
${Object.values(faultWords)
  .map((words) => `  ${words}`)
  .join('\n')}
      each strikes the next card that is inserted; APDUs are counted from 1 for each insertion;
      "once":false strikes every card until cleared; "card":"ID" waits for this card only
  {"clear":true}  forgets the faults that wait
  {"blank":"KIND"}  what new cards are from now on; a card that was in already keeps what it is
  {"inspect":true}  the card that is in, and each card's chip: serial, life cycles, counters, load files, applications with
      life cycle and privileges, security domains with their key versions, free memory ("card":"ID" for one)
  {"insert":"ID"} {"remove":true}  the same as the contacts, without a printer

${paymentWords}

The first line on stdout is {"ready":true,"contacts":...,"control":...,"vpcd":...}. The log goes to stderr and holds no APDU.`;

/** Reads the command line; prints help or a plain complaint and ends the program where it must. */
function readCommandLine(words: readonly string[]): CardOptions {
  const command = new Command('card')
    .description(
      'A virtual chip card: GlobalPlatform (SCP02, SCP03, packages, security domains), payment and loyalty applications, in a virtual PC/SC reader.',
    )
    .addOption(
      option('--vpcd <host:port>', 'the listening vpcd; slot 1 is port 35964', address, splitAddress(vpcd), vpcd),
    )
    .option('--framing <words...>', 'vpcd, or: tcp-listen HOST:PORT, where a reader connects as vpcd would')
    .option('--contacts <host:port>', 'listen here for the printer that opens and closes the contacts', address)
    .option('--control <host:port>', 'listen here for faults and inspection; port 0 takes a free one', address)
    .option('--insert <card>', 'put this card in at once', cardId)
    .option('--state <dir>', 'keep every chip here, one file each; without it chips live as long as the program')
    .option('--seed <text>', 'serials of new chips follow from this and the card id', 'cardwright')
    .addOption(
      option(
        '--keys <hex>',
        'key of 16, 24 or 32 bytes (16 for SCP02), or ENC,MAC,DEK',
        keySet,
        keySet(testKey),
        'the GlobalPlatform test key',
      ),
    )
    .addOption(option('--key-version <hex>', 'version of that key set', byte, 0x30, '30'))
    .addOption(
      option('--scp <hex>', 'the "i" of SCP03: 00, 10, 20, 30, 60, 70; with 01 added for S16', parameter, 0x70, '70'),
    )
    .addOption(option('--scp02 <hex>', 'the "i" of SCP02 on kinds that have it: 15, 35, 55, 75', scp02, 0x55, '55'))
    .addOption(new Option('--blank <kind>', 'what new cards are, see below').choices(blankKinds).default('ready'))
    .addOption(
      option(
        '--factory-keys <hex>',
        'the same for factory kinds',
        keySet,
        keySet(testKey),
        'the GlobalPlatform test key',
      ),
    )
    .addOption(option('--factory-key-version <hex>', 'version of that key set', byte, 0xff, 'FF'))
    .addOption(option('--memory <bytes>', 'memory for packages and applications', count, 65_536, '65536'))
    .addOption(
      new Option('--side <kind>', 'the side that the reader sees')
        .choices(['contact', 'contactless'])
        .default('contact'),
    )
    .addOption(
      new Option('--protocol <kind>', 't1, or t0 with 61xx, 6Cxx and GET RESPONSE (contact side)')
        .choices(['t1', 't0'])
        .default('t1'),
    )
    .addOption(
      new Option('--chaining <kind>', 'commands in parts, CLA bit 5: refuse (6884) or accept')
        .choices(['refuse', 'accept'])
        .default('refuse'),
    )
    .option('--applet <aid>', 'AID of the payment application', aid, 'f04357524947485401')
    .option('--loyalty <aid>', 'AID of the loyalty application', aid, 'f0435752494c4f5901')
    .addOption(option('--isd <aid>', 'AID of the issuer security domain', aid, issuerDomainAid, 'A000000151000000'))
    .option('--iin <hex>', 'issuer identification number of tag 42', hexadecimal, '999999')
    .addOption(option('--life-cycle <hex>', 'life cycle of new cards: 01, 07, 0F, 7F or FF', byte, 0x0f, '0F'))
    .addOption(new Option('--route <kind>', 'route that spares 44 ms an APDU').choices(['auto', 'off']).default('auto'))
    .addOption(new Option('--orphan <kind>', 'what to do when stdin closes').choices(['stay', 'exit']).default('stay'))
    .addHelpText('after', afterHelp)
    .allowExcessArguments(false);
  const read = command
    .parse([...words], { from: 'user' })
    .opts<Omit<CardOptions, 'framing'> & { vpcd: { host: string; port: number }; framing?: string[] }>();
  const framing = framingOf(read.framing ?? ['vpcd'], read.vpcd);
  if (framing === undefined) return command.error('error: --framing takes vpcd, or tcp-listen HOST:PORT');
  return {
    framing,
    contacts: read.contacts,
    control: read.control,
    insert: read.insert,
    state: read.state,
    seed: read.seed,
    keys: read.keys,
    keyVersion: read.keyVersion,
    scp: read.scp,
    scp02: read.scp02,
    factoryKeys: read.factoryKeys,
    factoryKeyVersion: read.factoryKeyVersion,
    blank: read.blank,
    memory: read.memory,
    side: read.side,
    protocol: read.protocol,
    chaining: read.chaining,
    applet: read.applet,
    loyalty: read.loyalty,
    iin: read.iin,
    isd: read.isd,
    lifeCycle: read.lifeCycle,
    route: read.route,
    orphan: read.orphan,
  };
}

/** An option whose default is shown in the words of the command line. */
function option<Value>(
  flags: string,
  words: string,
  read: (text: string) => Value,
  value: Value,
  shown: string,
): Option {
  return new Option(flags, words).argParser(read).default(value, shown);
}

function framingOf(words: readonly string[], vpcd: { host: string; port: number }): Framing | undefined {
  const [kind, where] = words;
  if (kind === 'vpcd' && words.length === 1) return { kind, ...vpcd };
  if (kind !== 'tcp-listen' || where === undefined || words.length !== 2) return undefined;
  try {
    return { kind, ...splitAddress(where) };
  } catch {
    return undefined;
  }
}

function address(text: string): { readonly host: string; readonly port: number } {
  try {
    return splitAddress(text);
  } catch {
    throw new InvalidArgumentError('It must be HOST:PORT.');
  }
}

function cardId(text: string): string {
  if (!isCardId(text)) throw new InvalidArgumentError('It must be letters, digits, dot, dash.');
  return text;
}

function hexadecimal(text: string): string {
  try {
    return toHex(fromHex(text));
  } catch {
    throw new InvalidArgumentError('It must be hexadecimal bytes.');
  }
}

function byte(text: string): number {
  if (!/^[0-9a-fA-F]{2}$/.test(text)) throw new InvalidArgumentError('It must be two hexadecimal digits.');
  return Number.parseInt(text, 16);
}

function parameter(text: string): number {
  const value = byte(text);
  if (!scpParameters.includes(value)) throw new InvalidArgumentError('This "i" is not defined.');
  return value;
}

function scp02(text: string): number {
  const value = byte(text);
  if (!scp02Parameters.includes(value)) throw new InvalidArgumentError('This "i" is not defined.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 16_777_216) {
    throw new InvalidArgumentError('It must be a whole number of bytes up to 16777216.');
  }
  return value;
}

function aid(text: string): string {
  const value = hexadecimal(text);
  if (value.length < 10 || value.length > 32) throw new InvalidArgumentError('It must be 5 to 16 bytes.');
  return value;
}

function keySet(text: string): CardOptions['keys'] {
  const keys = text.split(',').map(hexadecimal);
  const [enc, mac, dek] = keys.length === 1 ? [keys[0], keys[0], keys[0]] : keys;
  const sizes = new Set(keys.map(({ length }) => length));
  const fits = sizes.size === 1 && [32, 48, 64].includes([...sizes][0] ?? 0);
  if (!fits || enc === undefined || mac === undefined || dek === undefined || keys.length > 3) {
    throw new InvalidArgumentError('It must be one key of 16, 24 or 32 bytes or three of one length.');
  }
  return { enc, mac, dek };
}

try {
  await runCardProgram(readCommandLine(process.argv.slice(2)));
} catch (fault) {
  process.stderr.write(`error: ${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(1);
}
