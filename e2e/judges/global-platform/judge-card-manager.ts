import { randomBytes } from 'node:crypto';
import { ask, command } from '../card-answer.ts';
import type { Answer } from '../card-answer.ts';
import { Findings, JudgementEnded } from '../findings.ts';
import type { Finding } from '../findings.ts';
import { sha1 } from '../openssl.ts';
import type { Exchange } from '../pcsc-client.ts';
import { findTlv, readTlvs, writeTlv } from '../tlv.ts';
import type { Tlv } from '../tlv.ts';
import { loadFile } from './load-file.ts';
import { openScp02 } from './scp02.ts';
import { openScp03 } from './scp03.ts';
import type { KeySet, SecureChannel } from './secure-channel.ts';

/** What the second host is given: the keys of the blank, and those that it puts in their place for a while. */
export interface HostSetup {
  readonly factory: KeySet;
  readonly own: KeySet;
  /** What the channel is to protect. GPC_SPE_034 v2.3.1 table 10-1. */
  readonly level: number;
  /** Names of what is loaded and installed, and deleted at the end. */
  readonly packageAid: Buffer;
  readonly appletAid: Buffer;
  readonly instanceAid: Buffer;
}

const host = 'GPC_SPE_034 v2.3.1';
const scp03 = 'GPC_SPE_014 v1.1.2';
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** A card's first keys are shown as version FF, asked for as 00, and go when others are put: nothing says FF in a command. GPC_SPE_034 v2.3.1 §11.8.2. */
const initialVersion = 0xff;
const versionAsked = (version: number): string => hexOf(Buffer.of(version === initialVersion ? 0 : version));

/** {globalPlatform 1} to {globalPlatform 4}: 1.2.840.114283. */
const registered = '2A864886FC6B';

interface Recognised {
  readonly aid: Buffer;
  readonly protocol: number;
  readonly option: number;
}

/** A second GlobalPlatform host at work on one card. */
class CardManagerJudge {
  readonly #exchange: Exchange;
  readonly #findings: Findings;
  #channel: SecureChannel | null = null;

  constructor(exchange: Exchange, findings: Findings) {
    this.#exchange = exchange;
    this.#findings = findings;
  }

  async #plain(bytes: Buffer, step: string, clause: string): Promise<Buffer> {
    const { data, status } = await ask(this.#exchange, bytes);
    if (status !== '9000') this.#findings.end(step, clause, `the card answers ${status}`);
    return data;
  }

  /** Sends one command through the channel and gives what it answers. */
  async #secure(
    header: string,
    data: Buffer,
    step: string,
    clause: string,
    more: 'no' | 'fetched' = 'no',
  ): Promise<Buffer> {
    const channel = this.#channel ?? this.#findings.end(step, clause, 'there is no channel');
    const answer: Answer = await ask(this.#exchange, channel.wrap(Buffer.from(header, 'hex'), data));
    const opened = channel.unwrap(answer);
    if (answer.status === '6310' && more === 'fetched') {
      const next = `${header.slice(0, 6)}${hexOf(Buffer.of(Number.parseInt(header.slice(6), 16) | 1))}`;
      return Buffer.concat([opened, await this.#secure(next, data, step, clause, more)]);
    }
    if (answer.status !== '9000') this.#findings.end(step, clause, `the card answers ${answer.status}`);
    return opened;
  }

  /** Selects the issuer security domain and reads what it tells without authentication. */
  async recognise(keys: KeySet): Promise<Recognised> {
    const findings: Findings = this.#findings;
    const step = 'selection';
    const control = readTlvs(await this.#plain(command('00A40400'), step, `${host} §11.9`));
    const aid = control[0]?.tag === '6F' ? findTlv(control, '84')?.value : undefined;
    if (aid === undefined)
      findings.end(step, `${host} table 11-82`, 'the security domain gives no template 6F with its name');
    const production = readTlvs(await this.#plain(command('80CA9F7F'), 'production data', `${host} §11.3`));
    findings.expect(
      production[0]?.tag === '9F7F' && production[0].value.length === 42,
      'production data',
      'Visa GlobalPlatform 2.1.1 CPLC',
      'the production life cycle data are not 42 bytes',
    );
    const clause = `${host} §H.2`;
    const card = readTlvs(await this.#plain(command('80CA0066'), 'recognition', clause));
    const recognition = findTlv(card, '73');
    if (recognition === undefined) findings.end('recognition', clause, 'there are no card recognition data');
    const [scheme] = recognition.inner;
    findings.expect(
      scheme?.tag === '06' && hexOf(scheme.value) === `${registered}01`,
      'recognition',
      clause,
      'the card does not say that it is of GlobalPlatform',
    );
    const version = findTlv(findTlv(recognition.inner, '60')?.inner ?? [], '06');
    findings.expect(
      version !== undefined && hexOf(version.value).startsWith(`${registered}0202`),
      'recognition',
      clause,
      'the card names no version 2 of the specification',
    );
    const channel = findTlv(findTlv(recognition.inner, '64')?.inner ?? [], '06')?.value ?? Buffer.alloc(0);
    const [protocol = 0, option = 0] = channel.subarray(-2);
    findings.expect(
      hexOf(channel).startsWith(`${registered}04`) && (protocol === 2 || protocol === 3),
      'recognition',
      clause,
      'the card names no secure channel protocol 02 or 03',
    );
    await this.#keyInformation(keys.version, protocol === 2 ? 0x80 : 0x88, keys.enc.length);
    return { aid, protocol, option };
  }

  async #keyInformation(version: number, type: number, length: number): Promise<void> {
    const step = 'key information';
    const clause = `${host} §11.3.3.1`;
    const [template] = readTlvs(await this.#plain(command('80CA00E0'), step, clause));
    if (template?.tag !== 'E0') this.#findings.end(step, clause, 'the answer is no template E0');
    const found = template.inner.filter(({ tag, value }) => tag === 'C0' && value[1] === version);
    for (const identifier of [1, 2, 3]) {
      const key = found.find(({ value }) => value[0] === identifier)?.value;
      const fits = key !== undefined && key[2] === type && key[3] === length;
      this.#findings.expect(
        fits,
        step,
        clause,
        `the card shows no key ${identifier} of version ${version} as it should be`,
      );
    }
  }

  /** Opens a channel by INITIALIZE UPDATE and EXTERNAL AUTHENTICATE. */
  async open(keys: KeySet, { aid, protocol, option }: Recognised, level: number): Promise<void> {
    const step = 'channel';
    const clause = protocol === 2 ? `${host} annex E` : `${scp03} §7.1.1`;
    const hostChallenge = randomBytes(8);
    const start = command(`8050${versionAsked(keys.version)}00`, hostChallenge);
    const answer = await this.#plain(start, step, clause);
    if (answer[10] !== keys.version)
      this.#findings.end(step, clause, `the card answers with key version ${answer[10] ?? 0}`);
    if (answer[11] !== protocol) this.#findings.end(step, clause, 'the card opens another protocol than it recognises');
    if (protocol === 3 && answer[12] !== option)
      this.#findings.end(step, clause, 'the card opens another option than it recognises');
    const opening = protocol === 2 ? openScp02 : openScp03;
    try {
      this.#channel = opening(keys, { hostChallenge, answer }, aid, level);
    } catch (thrown) {
      this.#findings.end(step, clause, thrown instanceof Error ? thrown.message : String(thrown));
    }
    const challenge = this.#channel.pseudoRandomChallenge;
    if (challenge !== null && (option & 0x40) !== 0)
      this.#findings.expect(
        answer.subarray(14, 20).equals(challenge),
        step,
        `${host} §E.4.4`,
        'the pseudo-random card challenge is another one',
      );
    await this.#plain(this.#channel.externalAuthenticate, step, clause);
  }

  /** A host that cannot prove itself must get nowhere, and a command whose MAC is wrong must end the session. */
  async refuses(keys: KeySet, recognised: Recognised, level: number): Promise<void> {
    const step = 'refusals';
    const hostChallenge = randomBytes(8);
    await this.#plain(command(`8050${versionAsked(keys.version)}00`, hostChallenge), step, `${host} §11.1`);
    const wrong = await ask(
      this.#exchange,
      Buffer.concat([Buffer.from([0x84, 0x82, level, 0, 0x10]), randomBytes(16)]),
    );
    this.#findings.expect(
      wrong.status === '6300' || wrong.status === '6988',
      step,
      `${host} §E.5.2`,
      `a host that proves nothing is answered ${wrong.status}`,
    );
    await this.open(keys, recognised, level);
    const channel = this.#channel;
    if (channel === null) return;
    const spoilt = channel.wrap(Buffer.from('80F28002', 'hex'), Buffer.from('4F00', 'hex'));
    const at = spoilt.length - 2;
    spoilt[at] = (spoilt[at] ?? 0) ^ 1;
    const refused = await ask(this.#exchange, spoilt);
    this.#findings.expect(
      refused.status === '6988' || refused.status === '6982',
      step,
      `${scp03} §6.2.4`,
      `a command with a wrong MAC is answered ${refused.status}`,
    );
    const after = await ask(this.#exchange, command('80F28002', Buffer.from('4F00', 'hex')));
    this.#findings.expect(
      after.status === '6982' || after.status === '6985',
      step,
      `${host} §10.2.3`,
      `after it the card lists its content and answers ${after.status}`,
    );
  }

  async #registry(scope: string, step: string): Promise<readonly Tlv[]> {
    const listed = await this.#secure(`80F2${scope}02`, Buffer.from('4F00', 'hex'), step, `${host} §11.4`, 'fetched');
    return readTlvs(listed).filter(({ tag }) => tag === 'E3');
  }

  async #lists(scope: string, aid: Buffer, step: string): Promise<Tlv | undefined> {
    const channel = this.#channel ?? this.#findings.end(step, host, 'there is no channel');
    const criteria = writeTlv('4F', aid);
    const answer = await ask(this.#exchange, channel.wrap(Buffer.from(`80F2${scope}02`, 'hex'), criteria));
    const opened = channel.unwrap(answer);
    if (answer.status === '6A88') return undefined;
    if (answer.status !== '9000') this.#findings.end(step, `${host} §11.4`, `the card answers ${answer.status}`);
    return readTlvs(opened).find((entry) => findTlv(entry.inner, '4F')?.value.equals(aid) === true);
  }

  /** The card's own entry. */
  async status(aid: Buffer): Promise<void> {
    const step = 'status';
    const [own] = await this.#registry('80', step);
    this.#findings.expect(
      own !== undefined && findTlv(own.inner, '4F')?.value.equals(aid) === true,
      step,
      `${host} §11.4.3`,
      'the card manager is not in its own list',
    );
    const state = findTlv(own?.inner ?? [], '9F70')?.value[0] ?? 0;
    this.#findings.expect(
      [0x01, 0x07, 0x0f].includes(state),
      step,
      `${host} table 11-6`,
      'the card is in no state in which it can be worked on',
    );
    const privileges = findTlv(own?.inner ?? [], 'C5')?.value[0] ?? 0;
    this.#findings.expect(
      (privileges & 0x80) !== 0,
      step,
      `${host} table 11-7`,
      'the card manager is no security domain',
    );
  }

  /** Loads a package block by block, installs its applet, and sees both in the lists. */
  async loadAndInstall({ packageAid, appletAid, instanceAid }: HostSetup, domain: Buffer): Promise<void> {
    const step = 'loading';
    const counted = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);
    const file = loadFile(packageAid, appletAid, 600);
    const none = Buffer.of(0);
    const announced = Buffer.concat([counted(packageAid), counted(domain), counted(sha1(file)), none, none]);
    await this.#secure('80E60200', announced, step, `${host} §11.5.2.3.1`);
    const blocks = writeTlv('C4', file);
    const size = 200;
    const count = Math.ceil(blocks.length / size);
    for (let number = 0; number < count; number += 1) {
      const header = `80E8${number === count - 1 ? '80' : '00'}${hexOf(Buffer.of(number))}`;
      await this.#secure(header, blocks.subarray(number * size, (number + 1) * size), step, `${host} §11.6`);
    }
    const loaded = await this.#lists('20', packageAid, step);
    this.#findings.expect(
      loaded !== undefined,
      step,
      `${host} §11.4`,
      'the loaded package is not in the list of load files',
    );
    const installing = 'installation';
    const parts = [
      counted(packageAid),
      counted(appletAid),
      counted(instanceAid),
      Buffer.from('0100', 'hex'),
      Buffer.from('02C900', 'hex'),
      none,
    ];
    await this.#secure('80E60C00', Buffer.concat(parts), installing, `${host} §11.5.2.3.2`);
    const installed = await this.#lists('40', instanceAid, installing);
    const state = findTlv(installed?.inner ?? [], '9F70')?.value[0];
    this.#findings.expect(
      state === 0x07,
      installing,
      `${host} table 11-4`,
      'the installed application is not SELECTABLE in the list',
    );
  }

  /** Puts another key set beside the one in use; the card answers its version and check values. */
  async putKeys(keys: KeySet, replaced: number): Promise<void> {
    const step = 'keys';
    const clause = `${host} §11.8`;
    const channel = this.#channel ?? this.#findings.end(step, clause, 'there is no channel');
    const checks = [keys.enc, keys.mac, keys.dek].map((key) => channel.checkValue(key));
    const blocks = [keys.enc, keys.mac, keys.dek].map((key, at) => {
      const value = channel.encipherKey(key);
      // AES keys bear the length of the key before its enciphered value. GPC_SPE_014 v1.1.2 §7.2.
      const field = channel.keyType === 0x88 ? Buffer.concat([Buffer.of(key.length), value]) : value;
      return Buffer.concat([
        Buffer.of(channel.keyType, field.length),
        field,
        Buffer.of(3),
        checks[at] ?? Buffer.alloc(3),
      ]);
    });
    const data = Buffer.concat([Buffer.of(keys.version), ...blocks]);
    const answer = await this.#secure(`80D8${versionAsked(replaced)}81`, data, step, clause);
    const expected = Buffer.concat([Buffer.of(keys.version), ...checks]);
    this.#findings.expect(
      answer.equals(expected),
      step,
      clause,
      'the card answers other check values than those of the keys',
    );
  }

  /** Takes application and package off the card again. */
  async remove({ packageAid, instanceAid }: HostSetup): Promise<void> {
    const step = 'deletion';
    const clause = `${host} §11.2`;
    await this.#secure('80E40000', writeTlv('4F', instanceAid), step, clause);
    await this.#secure('80E40000', writeTlv('4F', packageAid), step, clause);
    this.#findings.expect(
      (await this.#lists('40', instanceAid, step)) === undefined,
      step,
      clause,
      'the deleted application is still listed',
    );
    this.#findings.expect(
      (await this.#lists('20', packageAid, step)) === undefined,
      step,
      clause,
      'the deleted package is still listed',
    );
  }

  /** The installed application can be selected by anybody. */
  async selects(instanceAid: Buffer): Promise<void> {
    await this.#plain(command('00A40400', instanceAid), 'selection of the application', `${host} §11.9`);
    await this.#plain(command('00A40400'), 'selection', `${host} §11.9`);
  }
}

/**
 * A second host's opinion of a card: recognises it, opens a channel, loads, installs, changes keys, deletes, by the clauses of GlobalPlatform and by the
 * `openssl` command line. No finding means that a host of another maker would get on with it. Ends with the keys that it was given as its own.
 */
export async function judgeCardManager(exchange: Exchange, setup: HostSetup): Promise<readonly Finding[]> {
  const findings = new Findings();
  const judge = new CardManagerJudge(exchange, findings);
  try {
    const recognised = await judge.recognise(setup.factory);
    await judge.refuses(setup.factory, recognised, setup.level);
    await judge.open(setup.factory, recognised, setup.level);
    await judge.status(recognised.aid);
    await judge.loadAndInstall(setup, recognised.aid);
    await judge.selects(setup.instanceAid);
    await judge.open(setup.factory, recognised, setup.level);
    await judge.putKeys(setup.own, setup.factory.version);
    await judge.open(setup.own, recognised, setup.level);
    await judge.remove(setup);
  } catch (thrown) {
    if (thrown instanceof JudgementEnded) return findings.list;
    findings.add('answers', host, thrown instanceof Error ? thrown.message : String(thrown));
  }
  return findings.list;
}
