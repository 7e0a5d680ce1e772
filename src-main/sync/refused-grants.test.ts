import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { GrantClaims } from '#shared/contract/cms/grant.ts';
import { ecPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { batchId, orderId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { Journal } from '../journal/journal.ts';
import { BatchHistory } from '../journal/history.fixture.ts';
import { firstStart } from '../journal/first-start.fixture.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { Grants } from './grants.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = keys.publicKey.export({ format: 'jwk' });
const jwk = ecPublicJwk.parse({ kty: 'EC', crv: 'P-256', x, y });
const kid = 'k'.repeat(43);
const { signal: never } = new AbortController();
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A grant as the CMS would sign it, or somebody else. */
function signed(claims: unknown, more: { readonly header?: object; readonly key?: KeyObject } = {}): string {
  const head = encode(more.header ?? { alg: 'ES256', typ: 'cardwright-grant+jwt', kid });
  const text = `${head}.${encode(claims)}`;
  const key = more.key ?? keys.privateKey;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

let folder: string;
let journal: Journal;
let clock: { wall: number; ticks: number };
let history: BatchHistory;
let usual: Record<keyof GrantClaims, unknown>;

function openJournal(whenMissing: 'create' | 'refuse'): void {
  journal = Journal.open({
    file: join(folder, 'journal.db'),
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing,
    station: 'cw-01',
    headRegister: null,
    clock: { now: () => new Date(clock.wall), monotonic: () => clock.ticks },
    randomness: systemRandomness,
    onFatal: () => undefined,
    onSubscriberFault: (thrown) => {
      throw thrown;
    },
  });
}

const grants = () =>
  new Grants({
    journal,
    station: 'cw-01',
    signingKeys: [{ kid, jwk }],
    clock: { now: () => new Date(clock.wall), monotonic: () => clock.ticks },
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwright-grants-'));
  clock = { wall: Date.parse('2026-03-01T08:00:00.000Z'), ticks: 0 };
  openJournal('create');
  history = new BatchHistory('b-1', 'northbank', 6);
  journal.append(...firstStart({ x, y }));
  journal.append(...history.received(), ...history.accepted(), ...history.released());
  const row = journal.projections.batches.find('b-1');
  usual = {
    version: 2,
    id: 'g-2',
    batch: 'b-1',
    lease: row?.lease ?? '',
    station: 'cw-01',
    number: 2,
    count: 6,
    orders: { kind: 'below-index', index: 6 },
    releaseDigest: row?.contentDigest ?? '',
    validForSeconds: 600,
    refill: { below: 2, afterSeconds: 300 },
    returnedFrom: null,
    issuedAt: '2026-03-01T08:00:00.000Z',
  };
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

async function ask(of: Grants, jws: string): Promise<string> {
  const client = { grant: () => Promise.resolve(jws) };
  const { lease, releaseDigest } = usual;
  try {
    const given = await of.ask(client, batchId.parse('b-1'), String(lease), String(releaseDigest), never);
    const row = journal.projections.batches.find('b-1');
    if (row !== null) journal.append(...of.refilled(row, given));
    return 'taken';
  } catch (thrown) {
    return thrown instanceof StationFault ? `${thrown.code}: ${String(thrown.details['why'])}` : String(thrown);
  }
}

function mayBegin(of: Grants): string {
  try {
    return of.grantFor(batchId.parse('b-1'), orderId.parse(history.orders[0])).grant;
  } catch (thrown) {
    return thrown instanceof StationFault ? thrown.code : String(thrown);
  }
}

describe('a grant that is not right', () => {
  it('is refused by name and changes nothing', async () => {
    const of = grants();
    expect(await ask(of, signed(usual))).toBe('taken');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const newer = { ...usual, id: 'g-3', number: 3 };
    const offered: Readonly<Record<string, string>> = {
      'its form is not allowed': signed(newer, { header: { alg: 'none', typ: 'cardwright-grant+jwt', kid } }),
      'its signer is not known': signed(newer, {
        header: { alg: 'ES256', typ: 'cardwright-grant+jwt', kid: 'o'.repeat(43) },
      }),
      'its signature is wrong': signed(newer, { key: other }),
      'it is for another station': signed({ ...newer, station: 'cw-02' }),
      'it is for another batch': signed({ ...newer, batch: 'b-2' }),
      'it is of another lease': signed({ ...newer, lease: 'l-other' }),
      'it names another release': signed({ ...newer, releaseDigest: 'cd'.repeat(32) }),
      'it names more orders than the batch has': signed({
        ...newer,
        count: 7,
        orders: { kind: 'below-index', index: 7 },
      }),
      'it is an older grant that came again': signed(usual),
      'it takes back what was granted': signed({ ...newer, count: 3, orders: { kind: 'below-index', index: 3 } }),
      'it returns what it grants': signed({ ...newer, returnedFrom: 2 }),
    };
    const before = journal.head();
    const answers: string[] = [];
    for (const jws of Object.values(offered)) answers.push(await ask(of, jws));
    expect(answers).toEqual(Object.keys(offered).map((why) => `CMS-GRANT-INVALID: ${why}`));
    const absurd = [
      { ...newer, count: 0 },
      { ...newer, count: 6.5 },
      { ...newer, count: 1e9 },
      { ...newer, count: 6, orders: { kind: 'below-index', index: 5 } },
      { ...newer, orders: 'all-of-batch' },
      { ...newer, validForSeconds: 0 },
      { ...newer, validForSeconds: -1 },
      { ...newer, validForSeconds: 1e12 },
      { ...newer, version: 3 },
      { ...newer, more: 'than agreed' },
      null,
    ];
    for (const claims of absurd) {
      expect(await ask(of, signed(claims))).toBe('CMS-GRANT-INVALID: its claims are not as agreed');
    }
    expect(await ask(of, 'garbage')).toBe('CMS-GRANT-INVALID: its form is not allowed');
    expect(journal.head()).toEqual(before);
    expect(mayBegin(of)).toBe('g-2');
  });
});

describe('the time of a grant', () => {
  const note = () =>
    journal.append({
      kind: 'session.closed',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { person: 'olga', reason: 'idle' },
    });
  const minutes = (count: number) => {
    clock.wall += count * 60_000;
    clock.ticks += count * 60_000;
  };
  const restart = () => {
    journal.close();
    clock.ticks = 0;
    openJournal('refuse');
    return grants();
  };

  it('passes by the monotonic clock: a clock set back gives none, one set forward takes some', async () => {
    const of = grants();
    await ask(of, signed(usual));
    minutes(6);
    clock.wall -= 86_400_000;
    expect(mayBegin(of)).toBe('g-2');
    minutes(5);
    expect(mayBegin(of)).toBe('PRODUCTION-GRANT-EXPIRED');
    const again = grants();
    await ask(again, signed({ ...usual, id: 'g-3', number: 3 }));
    clock.wall += 86_400_000;
    expect(mayBegin(again)).toBe('PRODUCTION-GRANT-EXPIRED');
    clock.wall -= 86_400_000;
    expect(mayBegin(again)).toBe('PRODUCTION-GRANT-EXPIRED');
  });

  it('goes on over restarts: what the entries show to have passed has passed, however the clock was set between', async () => {
    const of = grants();
    await ask(of, signed(usual));
    for (let round = 0; round < 3; round++) {
      minutes(3);
      note();
      // Off, and the clock set back to before the grant.
      clock.wall -= 86_400_000;
      const after = restart();
      note();
      expect(mayBegin(after)).toBe('g-2');
    }
    minutes(2);
    expect(mayBegin(restart())).toBe('PRODUCTION-GRANT-EXPIRED');
  });

  it('also passes while the station is off, as far as its clock can tell', async () => {
    await ask(grants(), signed(usual));
    minutes(9);
    expect(mayBegin(restart())).toBe('g-2');
    minutes(2);
    expect(mayBegin(restart())).toBe('PRODUCTION-GRANT-EXPIRED');
  });

  it('that was noted is not reckoned again', async () => {
    const of = grants();
    await ask(of, signed(usual));
    minutes(9);
    const used = Math.round(of.standing('b-1')?.used ?? 0);
    journal.append({
      kind: 'grant.time-counted',
      actor: { kind: 'station' },
      issuer: 'northbank',
      subjects: { batch: 'b-1' },
      payload: { grant: 'g-2', used },
    });
    expect(mayBegin(restart())).toBe('g-2');
    minutes(2);
    expect(mayBegin(restart())).toBe('PRODUCTION-GRANT-EXPIRED');
  });
});
