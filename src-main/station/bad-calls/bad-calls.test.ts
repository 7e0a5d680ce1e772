import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { contract } from '#shared/contract/contract.ts';
import type { RowMeta } from '#shared/contract/row.ts';
import { actsOfRole, type Act } from '#shared/domain/roles.ts';
import { trainingPeople } from '../../access/training-people.ts';
import { badInputs } from './bad-inputs.fixture.ts';
import type { RawAnswer, RawWire } from './raw-wire.fixture.ts';
import { StationOnWires } from './station-on-wires.fixture.ts';

interface Row {
  readonly call: string;
  readonly meta: RowMeta;
  readonly input: z.ZodType;
}

function rowsOf(part: object, path: readonly string[] = []): readonly Row[] {
  const row = (part as { '~orpc'?: { meta: RowMeta; inputSchema: z.ZodType } })['~orpc'];
  if (row !== undefined) return [{ call: path.join('.'), meta: row.meta, input: row.inputSchema }];
  return Object.entries(part).flatMap(([name, child]) => rowsOf(child as object, [...path, name]));
}

const rows = rowsOf(contract);
/** Stands in every password: nowhere may it come out again. */
const secret = 'Quince-Harbour-4471';

/** A right input of each call that takes one, about things that do not exist. */
const rightInputs: Readonly<Record<string, object>> = {
  'session.logIn': { person: 'nobody', password: secret, takeOver: 'no' },
  'batches.pull': { batch: 'none' },
  'batches.list': { state: 'all', offset: 0, limit: 1 },
  'batches.get': { batch: 'none' },
  'batches.records': { batch: 'none', filter: { state: 'any', text: '' }, offset: 0, limit: 1 },
  'batches.attempts': { batch: 'none', offset: 0, limit: 1 },
  'batches.requestRelease': { batch: 'none' },
  'batches.balance': { batch: 'none' },
  'batches.requestClose': { batch: 'none' },
  'batches.report': { batch: 'none' },
  'approvals.get': { approval: 'none' },
  'approvals.decide': {
    approval: 'none',
    approver: 'sofia',
    password: secret,
    statementDigest: '0'.repeat(64),
    verdict: { kind: 'refuse', reason: 'none' },
  },
  'approvals.withdraw': { approval: 'none' },
  'production.start': { batch: 'none', lines: ['line-1'] },
  'production.pause': { batch: 'none' },
  'production.resume': { batch: 'none' },
  'production.resolve': { line: 'none', choice: 'stop-batch' },
  'production.picture': { attempt: 'none', side: 'front' },
  'cards.pass': { attempt: 'none' },
  'cards.quarantine': { show: 'all', offset: 0, limit: 10 },
  'production.trace': { attempt: 'none' },
  'looks.list': { batch: 'none', show: 'all' },
  'looks.decide': { attempt: 'none', result: 'good', reasonCode: 'as-proof', remark: '' },
  'remake.list': { batch: 'none' },
  'remake.request': { batch: 'none', order: 'none', reasonCode: 'not-made', remark: '' },
  'remake.recall': { attempt: 'none', reasonCode: 'print-faint', remark: '' },
  'products.show': { product: 'none' },
  'products.compare': { before: 'none', after: 'none' },
  'products.showProfile': { profile: 'none' },
  'products.compareProfiles': { before: 'none', after: 'none' },
  'products.script': { batch: 'none', order: 'none' },
  'stock.requestReceipt': {
    supplier: 'Blanks Ltd',
    supplierReference: 'DN 1',
    lots: [{ lot: 'NONE-1', kind: 'blank', blankType: 'x', count: 1, environment: 'live' }],
  },
  'stock.requestMove': { packs: [{ lot: 'none', from: 'vault', to: 'line/line-1', count: 1 }], reason: '' },
  'stock.load': { lot: 'none', line: 'line-1' },
  'stock.useForTest': { lot: 'none', line: 'line-1', count: 1, purpose: 'pairing', fedBy: 'hand', remark: '' },
  'stock.requestTestUse': { lot: 'none', line: 'line-1', count: 3, purpose: 'other', fedBy: 'hand', remark: '' },
  'stock.ribbons': { show: 'all' },
  'stock.fitRibbon': { lot: 'none', line: 'line-1' },
  'stock.takeOutRibbon': { line: 'none' },
  'stock.counts': { show: 'all', offset: 0, limit: 1 },
  'stock.openCounts': { place: 'vault', items: ['none'] },
  'stock.enterCount': { count: 'none', figure: 1 },
  'stock.abandonCount': { count: 'none', reason: 'none' },
  'stock.requestCountDifference': { count: 'none', reason: 'none' },
  'stock.days': { offset: 0, limit: 1 },
  'stock.getDay': { day: 'none' },
  'stock.requestDayClose': { reason: 'none' },
  'stock.cardsToDestroy': { batch: 'none', offset: 0, limit: 1 },
  'stock.requestDestruction': {
    method: 'shredded',
    attempts: ['none'],
    testCards: 0,
    lots: [{ lot: 'none', place: 'vault', count: 1 }],
    ribbons: ['none'],
  },
  'stock.destructions': { offset: 0, limit: 1 },
  'stock.certificate': { destruction: 'none' },
  'journal.search': { text: '', kind: '', subject: '', offset: 0, limit: 1 },
  'journal.requestExport': { from: 9_000_000 },
  'journal.export': { approval: 'none' },
  'devices.requestEnrolment': { device: 'none' },
  'devices.provePairing': { line: 'none' },
  'devices.inspectCard': { line: 'none', with: { kind: 'nothing' } },
  'devices.exerciseTestCard': { line: 'none', batch: 'none', order: 'none' },
  'applets.requestProvider': { provider: 'none', title: 'None', publicKey: '00'.repeat(91) },
  'applets.requestImport': {
    file: 'UEsDBA==',
    provider: 'none',
    signature: '00'.repeat(64),
    dap: [{ securityDomain: 'a000000151', signature: '00' }],
  },
  'applets.requestWithdrawal': { of: 'provider', name: 'none', reason: 'none' },
  'keys.requestGeneration': {
    usage: 'none',
    algorithm: 'RSA',
    issuer: 'northbank',
    validUntil: '2099-12-31',
    size: 1408,
    exponent: 3,
  },
  'keys.requestChange': { key: 'none', change: 'retire', reason: 'none' },
  'keys.requestBlockImport': {
    usage: 'none',
    algorithm: 'TDES-2',
    issuer: 'northbank',
    validUntil: '2099-12-31',
    block: 'B0096E0TX00N0000',
    protectionKey: 'none',
    expectedKcv: '00aaFF',
  },
  'keys.certificateRequest': {
    key: 'none',
    issuerIdentifier: '990001',
    expires: '2031-12',
    trackingNumber: '000001',
    serial: '00000f',
  },
  'keys.requestCertificateImport': {
    key: 'none',
    rid: 'f043575249',
    index: 241,
    certificate: '6a02bc',
    remainder: '',
  },
  'products.draft': { item: 'product', name: 'debit-online-dda@1' },
  'products.checkDraft': { item: 'product', content: { id: 'x', version: 1, issuer: 'northbank' } },
  'products.draftScript': { item: 'product', content: { id: 'x', version: 1, issuer: 'northbank' } },
  'products.saveDraft': { item: 'product', content: { id: 'x', version: 1, issuer: 'northbank' } },
  'products.discardDraft': { item: 'product', name: 'x@1' },
  'products.proposeDraft': { item: 'product', name: 'x@1' },
  'keys.requestAuthorityImport': {
    rid: 'f043575249',
    index: 241,
    modulus: 'c1'.repeat(64),
    exponent: '03',
    expires: '2031-12',
    hash: '00'.repeat(20),
    environment: 'test',
  },
  'keys.requestCeremony': {
    usage: 'none',
    algorithm: 'TDES-2',
    issuer: 'northbank',
    validUntil: '2099-12-31',
    custodians: ['kofi', 'karin'],
    leavesUnder: 'none',
  },
  'keys.ceremony': { ceremony: 'none' },
  'keys.enterDigit': { ceremony: 'none', digit: 15 },
  'keys.clearEntry': { ceremony: 'none' },
  'keys.endEntry': { ceremony: 'none' },
  'keys.confirmValue': { ceremony: 'none', kcv: '00aaFF' },
  'keys.giveUpCeremony': { ceremony: 'none', reason: 'none' },
};

/**
 * What the inputs of a call may write, and nothing else: who tried to come in, and what the two calls begin for which less than they are
 * given is a right input too (everything that is at the place; the journal from its start).
 */
const mayWrite: Readonly<Record<string, readonly string[]>> = {
  'session.logIn': ['session.refused'],
  'stock.openCounts': ['count.opened'],
  'journal.requestExport': ['approval.requested'],
  // A draft may be as wrong as its maker likes, as long as it says whose it is and what it is called.
  'products.saveDraft': ['product-draft.saved'],
};

/** Where a call names a thing, the thing is looked up before the rest of the input is read. */
const namesThing = new Set([
  'batch',
  'attempt',
  'approval',
  'line',
  'products',
  'issuer',
  'key',
  'ceremony',
  'draft',
  'content',
]);

let world: StationOnWires;
const wires = new Map<string, RawWire>();

/** A window of a person whose role carries the call. */
function wireFor({ act }: RowMeta): RawWire {
  const person = trainingPeople.find(({ role, issuers }) => issuers === 'all' && actsOfRole[role].includes(act as Act));
  const wire = wires.get(person?.person ?? 'olivia');
  if (wire === undefined) throw new Error(`nobody may ${act}`);
  return wire;
}

beforeAll(async () => {
  world = await StationOnWires.start();
  for (const { person } of trainingPeople) wires.set(person, await world.personAt(person));
}, 180_000);

afterAll(async () => {
  await world?.close();
}, 60_000);

test('there is a right input for every call that takes one', () => {
  const without = rows.filter(({ call, input }) => !input.safeParse(rightInputs[call] ?? {}).success);
  expect(without.map(({ call }) => call)).toEqual([]);
  expect(rows.length).toBeGreaterThan(55);
});

describe('a call with a wrong input', () => {
  test.each(rows.map((row) => [row.call, row] as const))('%s', async (call, { meta, input }) => {
    const wire = wireFor(meta);
    const bad = badInputs(rightInputs[call] ?? {});
    const wrong: string[] = [];
    const check = async ({ what, carried, value }: (typeof bad)[number]): Promise<void> => {
      const right = input.safeParse(value).success;
      // A right input of a call that needs no thing is no business of this test.
      if (right && rightInputs[call] === undefined) return;
      const answer = await wire.ask(call, carried);
      if (answer.text.includes(secret)) wrong.push(`${what} echoes a password`);
      const fault = faultOf(answer, right, meta);
      if (fault !== null) wrong.push(`${what}: ${fault}`);
    };
    const written = await world.kindsDuring(async () => {
      for (let at = 0; at < bad.length; at += 40) await Promise.all(bad.slice(at, at + 40).map(check));
    });
    expect(wrong).toEqual([]);
    const allowed = new Set([...(mayWrite[call] ?? []), 'journal.checkpoint', 'sync.acknowledged', 'key.pool-added']);
    expect(written.filter((kind) => !allowed.has(kind))).toEqual([]);
    expect((await wire.ask('session.hello', { json: {} })).code).toBe('answered');
  });

  test('changes no prototype, and none of it comes out in the technical log', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const log = readFileSync(join(world.data, 'log', 'station.log'), 'utf8');
    expect(log).not.toContain(secret);
    expect(log).not.toContain('STATION-UNEXPECTED');
  });
});

/** What is wrong with an answer; null when nothing is. */
function faultOf(answer: RawAnswer, right: boolean, { scope }: RowMeta): string | null {
  const { code, message, data, status } = answer;
  if (data['code'] === 'STATION-UNEXPECTED' || status >= 500) return `unexpected: ${answer.text.slice(0, 300)}`;
  const lookedUp = namesThing.has(scope?.kind ?? '') && code === 'NOT_FOUND' && data['code'] === 'ACCESS-NOT-FOUND';
  if (!right)
    return lookedUp || (code === 'BAD_REQUEST' && message !== '') ? null : `not refused: ${answer.text.slice(0, 300)}`;
  if (code === 'answered' || code === 'stream' || lookedUp) return null;
  const words = [data['code'], data['text'], data['next']].every((word) => typeof word === 'string' && word.length > 3);
  return words ? null : `without words: ${answer.text.slice(0, 300)}`;
}
