import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentDigest } from '#shared/domain/content-digest.ts';
import { batchId } from '#shared/domain/identifiers.ts';
import type { OrderRow } from '../journal/projections/orders.ts';
import { sha256 } from '../journal/sha256.ts';
import { CmsProcess } from '../sync/cms-process.fixture.ts';
import { IntakeStation, never, operator } from './intake-station.fixture.ts';

/** What each planted error must be found as, whatever else is found with it; the order id ends in the error's name. */
const planted: Readonly<Record<string, string>> = {
  luhn: 'INTAKE-PAN-CHECK-DIGIT',
  bin: 'INTAKE-PAN-RANGE',
  'pan-length': 'INTAKE-PAN-LENGTH',
  expired: 'INTAKE-DATE-PAST',
  'expiry-malformed': 'INTAKE-DATE',
  'effective-after-expiry': 'INTAKE-DATES-CROSSED',
  'name-character': 'INTAKE-ENCODED-NAME-CHARACTER',
  'name-too-long': 'INTAKE-ENCODED-NAME-LENGTH',
  'print-glyph': 'INTAKE-PRINT-SCRIPT',
  'print-too-long': 'INTAKE-PRINT-TOO-LONG',
  'print-control': 'INTAKE-PRINT-CONTROL',
  'service-code': 'INTAKE-SERVICE-CODE',
  'track-too-long': 'INTAKE-TRACK-LENGTH',
  'track-character': 'INTAKE-TRACK-CHARACTER',
  'track-pan': 'INTAKE-TRACK-PAN',
  duplicate: 'INTAKE-DUPLICATE-CARD',
  'duplicate-elsewhere': 'INTAKE-DUPLICATE-CARD',
  'field-missing': 'INTAKE-FIELD-MISSING',
  'member-unknown': 'INTAKE-MEMBER-UNKNOWN',
  'field-unknown': 'INTAKE-FIELD-UNKNOWN',
  'version-future': 'INTAKE-VERSION',
  'not-json': 'INTAKE-NOT-JSON',
  'chip-missing': 'INTAKE-CHIP-MISSING',
  'dgi-malformed': 'INTAKE-DGI-FORM',
  'dgi-missing': 'INTAKE-DGI-MISSING',
  'dgi-pan': 'INTAKE-CHIP-DIFFERS',
  'dgi-in-clear': 'INTAKE-DGI-IN-CLEAR',
  'transport-key': 'INTAKE-TRANSPORT-KEY',
};

let cms: CmsProcess;
let station: IntakeStation;
const large = batchId.parse('nb-debit-0500');
const bad = batchId.parse('nb-debit-bad');
const rows = (batch: string): readonly OrderRow[] =>
  station.journal.projections.orders.page(batch, {}, { limit: 1_000, offset: 0 }).rows;

beforeAll(async () => {
  cms = await CmsProcess.start();
  station = await IntakeStation.enrolled(cms);
  await station.intake.pull(large, operator, never);
  await station.intake.pull(bad, operator, never);
});
afterAll(async () => {
  await station.end();
  await cms.end();
});

describe('a batch with errors', () => {
  it('has each planted error found under its code, and no other record held', () => {
    const found: Record<string, string> = {};
    const heldGood: unknown[] = [];
    for (const { order, index, findings } of rows(bad)) {
      const codes = findings.map(({ code }) => code);
      const named = order.startsWith('record-') ? 'not-json' : order.split('.')[1];
      if (named === undefined) {
        if (findings.length > 0) heldGood.push({ index, findings });
        continue;
      }
      const wanted = planted[named] ?? 'not planted';
      found[named] = codes.includes(wanted) ? wanted : codes.join(' ');
    }
    expect(heldGood).toEqual([]);
    expect(found).toEqual(planted);
  });

  it('of good orders in every script is ready whole', () => {
    expect(rows(large).flatMap(({ findings }) => findings)).toEqual([]);
    expect(station.journal.projections.batches.view(large)).toMatchObject({
      state: 'ready',
      orders: { ready: 500, held: 0 },
    });
  });

  it('says in every finding what to do, and never shows a number or name', async () => {
    const plain: string[] = [];
    const row = station.journal.projections.batches.find(bad);
    const wrapped = station.journal.sealedRecords.key(bad) ?? new Uint8Array();
    const sealed = station.journal.sealedRecords.range(bad, 0, 100);
    for (const bytes of await station.keys.unseal(bad, wrapped, sealed, never)) {
      const text = Buffer.from(bytes).toString('utf8');
      for (const name of ['pan', 'printName', 'encodedName']) {
        const value = new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1];
        if (value !== undefined) plain.push(value);
      }
    }
    expect(plain.length).toBeGreaterThan(100);
    const journal = JSON.stringify(station.journal.read(1, 1_000));
    expect(plain.filter((value) => journal.includes(value))).toEqual([]);
    const texts = rows(bad).flatMap(({ findings }) => findings.map(({ text }) => text));
    expect(texts.filter((text) => !/\. .+\.$/.test(text) || /[{}]/.test(text))).toEqual([]);
    expect(row?.state).toBe('ready');
    const stored = await readFile(join(station.folder, 'journal.db-wal'));
    expect(plain.filter((value) => stored.includes(value))).toEqual([]);
  });

  it('is signed for as it lies: the content digest is the one that the release computes', () => {
    for (const batch of [large, bad]) {
      const row = station.journal.projections.batches.find(batch);
      const records = rows(batch).map(({ index, order, sealedDigest, findings }) => ({
        index,
        order,
        sealedDigest,
        state: findings.length === 0 ? ('ready' as const) : ('held' as const),
      }));
      const facts = {
        batch,
        product: row?.product ?? '',
        productDigest: row?.productDigest ?? '',
        manifestDigest: row?.manifestDigest ?? '',
      };
      expect(row?.contentDigest).toBe(contentDigest(facts, records, sha256));
    }
  });

  it('seals records that open to what came and lie under the digest journaled', async () => {
    const wrapped = station.journal.sealedRecords.key(large) ?? new Uint8Array();
    const sealed = station.journal.sealedRecords.range(large, 0, 500);
    const opened = await station.keys.unseal(large, wrapped, sealed, never);
    const orders = rows(large);
    const same = opened.filter((bytes, at) => {
      const { orderId } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { orderId: string };
      const stored = sealed[at];
      const row = orders[at];
      if (stored === undefined || row === undefined) return false;
      return orderId === row.order && Buffer.from(sha256(stored.bytes)).toString('hex') === row.sealedDigest;
    });
    expect(same.length).toBe(500);
  });
});
