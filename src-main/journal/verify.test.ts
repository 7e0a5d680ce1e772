import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHeadRegister } from './chain-head-register.ts';
import { Checkpoints } from './checkpoints.ts';
import type { EntryRow } from './entry-store.ts';
import { exportLines } from './export.ts';
import { firstStart } from './first-start.fixture.ts';
import { BatchHistory, twoBatches } from './history.fixture.ts';
import { openJournal, rememberedHead, SoftwareKeys, testFolder, testStation } from './journal.fixture.ts';
import { systemRandomness } from '../platform/randomness.ts';
import type { Journal } from './journal.ts';
import { verifyExport } from './verify-export.ts';
import { verifyJournal, type Verification } from './verify.ts';

const signal = AbortSignal.timeout(60_000);

function checkpointsOf(journal: Journal, keys: SoftwareKeys, everyEntries = 1000): Checkpoints {
  return new Checkpoints({
    journal,
    keys,
    station: testStation,
    everyEntries,
    deadline: 5000,
    register: rememberedHead(journal, keys),
    onFault: (thrown) => {
      throw thrown;
    },
  });
}

async function signedHistory(file?: string): Promise<{ journal: Journal; keys: SoftwareKeys }> {
  const keys = new SoftwareKeys();
  const journal = openJournal(file);
  const checkpoints = checkpointsOf(journal, keys);
  journal.append(...firstStart(keys.jwk));
  await checkpoints.settled();
  for (const event of twoBatches()) journal.append(event);
  await checkpoints.stop(signal);
  return { journal, keys };
}

async function verification(journal: Journal, keys: SoftwareKeys): Promise<Verification> {
  const headRegister = await readHeadRegister(keys, signal);
  return verifyJournal(journal, { headRegister, maxFindings: 5, signal });
}

describe('checkpoints', () => {
  it('come on occasions, come together, and leave the last head in the HSM', async () => {
    const { journal, keys } = await signedHistory();
    const register = await readHeadRegister(keys, signal);
    expect(register).toEqual(journal.head());
    const checked = await verification(journal, keys);
    expect(checked).toMatchObject({ result: 'whole', findings: [], entries: journal.head().sequence });
    // One after station.created, one for everything that came while it was under way, one at the stop.
    expect(checked.checkpoints).toBeGreaterThanOrEqual(2);
    expect(checked.checkpoints).toBeLessThan(8);
  });

  it('come after so many entries', async () => {
    const keys = new SoftwareKeys();
    const journal = openJournal();
    const checkpoints = checkpointsOf(journal, keys, 10);
    const [created, ...others] = firstStart(keys.jwk);
    for (const event of [created, ...others]) {
      if (event !== undefined) journal.append(event);
      await checkpoints.settled();
    }
    expect(journal.projections.station.lastCheckpoint()?.covers).toBeGreaterThan(10);
    await checkpoints.stop(signal);
  });

  it('remember the head for every card begun and ended, so that a set-back journal cannot make its order again', async () => {
    const keys = new SoftwareKeys();
    const file = join(testFolder(), 'journal.db');
    const journal = openJournal(file);
    const checkpoints = checkpointsOf(journal, keys);
    journal.append(...firstStart(keys.jwk));
    await checkpoints.settled();
    const before = join(testFolder(), 'before.db');
    let began = 0;
    for (const event of twoBatches()) {
      if (event.kind === 'attempt.started' && began++ === 1) journal.copyTo(before);
      journal.append(event);
      await checkpoints.settled();
      if (event.kind === 'attempt.started' || event.kind === 'attempt.ended') {
        expect(await readHeadRegister(keys, signal)).toEqual(journal.head());
      }
      if (began === 2) break;
    }
    const headRegister = await readHeadRegister(keys, signal);
    journal.close();
    expect(() => openJournal(before, { headRegister })).toThrow(expect.objectContaining({ code: 'JOURNAL-SET-BACK' }));
    openJournal(file, { headRegister }).close();
  });

  it('stop a station whose HSM another one writes to, from a copy of its folder, and the other one too at its next start', async () => {
    const keys = new SoftwareKeys();
    const folder = testFolder();
    const journal = openJournal(join(folder, 'one.db'));
    const first = checkpointsOf(journal, keys);
    journal.append(...firstStart(keys.jwk));
    await first.settled();
    journal.copyTo(join(folder, 'clone.db'));
    const clone = openJournal(join(folder, 'clone.db'), { randomness: systemRandomness });
    const faults: string[] = [];
    const second = new Checkpoints({
      journal: clone,
      keys,
      station: testStation,
      everyEntries: 1000,
      deadline: 5000,
      register: rememberedHead(clone, keys, {
        registered: await readHeadRegister(keys, signal),
        onSecondStation: (fault) => faults.push(`clone ${fault.code}`),
        onFault: () => undefined,
      }),
      onFault: () => undefined,
    });
    const started = firstStart(keys.jwk).slice(1, 2);
    journal.append(...started);
    await first.checkpoint(signal);
    clone.append(...started);
    await expect(second.checkpoint(signal)).rejects.toMatchObject({ code: 'JOURNAL-SECOND-STATION' });
    expect(faults).toEqual(['clone JOURNAL-SECOND-STATION']);
    // What the HSM holds is still the first one's: only that one starts again.
    const headRegister = await readHeadRegister(keys, signal);
    clone.close();
    expect(() => openJournal(join(folder, 'clone.db'), { headRegister })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^JOURNAL-(BROKEN|SET-BACK)$/) as string }),
    );
    await first.checkpoint(signal);
    journal.close();
    openJournal(join(folder, 'one.db'), { headRegister: await readHeadRegister(keys, signal) });
  });

  it('tell a fault of the key port and try again on the next occasion', async () => {
    const keys = new SoftwareKeys();
    const journal = openJournal();
    const faults: unknown[] = [];
    let refuse = true;
    const checkpoints = new Checkpoints({
      journal,
      keys: {
        sign: (data) => (refuse ? Promise.reject(new Error('HSM lost')) : keys.sign(data)),
      },
      station: testStation,
      everyEntries: 1,
      deadline: 1000,
      register: rememberedHead(journal, keys),
      onFault: (thrown) => void faults.push(thrown),
    });
    journal.append(...firstStart(keys.jwk));
    await checkpoints.settled();
    expect([faults.length, journal.projections.station.lastCheckpoint()]).toEqual([1, null]);
    // The HSM knows the head all the same.
    expect(await readHeadRegister(keys, signal)).toEqual(journal.head());
    refuse = false;
    journal.append(...firstStart(keys.jwk).slice(1, 2));
    await checkpoints.settled();
    expect(journal.projections.station.lastCheckpoint()).not.toBeNull();
    await checkpoints.stop(signal);
  });
});

/** Alters stored bytes behind the journal's back, and puts them back. */
function withAltered(
  journal: Journal,
  sequence: number,
  column: string,
  value: unknown,
  look: () => Promise<void>,
): Promise<void> {
  const { database } = journal;
  const before = database
    .prepare<[number], unknown>(`SELECT ${column} FROM entries WHERE sequence = ?`)
    .pluck()
    .get(sequence);
  database.prepare(`UPDATE entries SET ${column} = ? WHERE sequence = ?`).run(value, sequence);
  return look().finally(() =>
    database
      .prepare(`UPDATE entries SET ${column} = ? WHERE sequence = ?`)
      .run(before, column === 'sequence' ? value : sequence),
  );
}

describe('verification', () => {
  it('takes an entry that comes in after the last one was read for no loss', async () => {
    const keys = new SoftwareKeys();
    const journal = openJournal();
    const [created, started] = firstStart(keys.jwk);
    if (created === undefined || started === undefined) throw new Error('no event');
    journal.append(created);
    const onProgress = (): void => void journal.append(started);
    const { result, findings } = await verifyJournal(journal, {
      headRegister: null,
      maxFindings: 5,
      signal,
      onProgress,
    });
    expect({ result, findings }).toEqual({ result: 'whole', findings: [] });
  });

  it('finds every altered byte of every column of every entry', { timeout: 120_000 }, async () => {
    const keys = new SoftwareKeys();
    const journal = openJournal();
    const checkpoints = checkpointsOf(journal, keys);
    journal.append(...firstStart(keys.jwk).slice(0, 6));
    await checkpoints.stop(signal);
    const headRegister = journal.head();
    const broken = async (what: string): Promise<void> => {
      const { result } = await verifyJournal(journal, { headRegister, maxFindings: 1, signal });
      expect([what, result]).toEqual([what, 'broken']);
    };
    let altered = 0;
    for (const row of journal.entries.rows(1, 100)) {
      for (const [column, value] of Object.entries(row) as [keyof EntryRow, EntryRow[keyof EntryRow]][]) {
        const forms: unknown[] = [];
        if (typeof value === 'number') forms.push(value + 1000, -value || -1);
        if (value === null) forms.push('');
        if (typeof value === 'string') {
          for (let at = 0; at < value.length; at++) {
            forms.push(value.slice(0, at) + String.fromCodePoint(value.charCodeAt(at) ^ 1) + value.slice(at + 1));
          }
          forms.push(`${value} `, value.slice(0, -1), '');
        }
        if (value instanceof Uint8Array) {
          for (let at = 0; at < value.length; at++) {
            const changed = Buffer.from(value);
            changed[at] = (changed[at] ?? 0) ^ 0x01;
            forms.push(changed);
          }
          forms.push(Buffer.from([...value, 0]), Buffer.from(value.subarray(1)));
        }
        for (const form of forms) {
          // The table itself refuses a sequence below 1.
          if (column === 'sequence' && Number(form) < 1) continue;
          await withAltered(journal, row.sequence, column, form, () => broken(`${row.sequence} ${column}`));
          altered++;
        }
      }
    }
    expect(altered).toBeGreaterThan(2500);
    expect(await verifyJournal(journal, { headRegister, maxFindings: 1, signal })).toMatchObject({ result: 'whole' });
  });

  it('finds withheld, removed, exchanged and cut off entries, and says where', async () => {
    const { journal, keys } = await signedHistory();
    const { database } = journal;
    const after = async (...statements: readonly string[]): Promise<Verification> => {
      database.exec(`SAVEPOINT altered; ${statements.join(';')}`);
      try {
        return await verification(journal, keys);
      } finally {
        database.exec('ROLLBACK TO altered; RELEASE altered');
      }
    };
    const first = async (...statements: readonly string[]): Promise<unknown> =>
      (await after(...statements)).findings[0];
    expect(await first('UPDATE entries SET salt = NULL, payload = NULL WHERE sequence = 9')).toMatchObject({
      sequence: 9,
      kind: 'payload-missing',
    });
    expect(await first('DELETE FROM entries WHERE sequence = 9')).toMatchObject({ sequence: 10, kind: 'gap' });
    expect(await first('DELETE FROM entries WHERE sequence > 50')).toMatchObject({ kind: 'set-back' });
    expect(
      await first(
        'UPDATE entries SET sequence = -sequence WHERE 0',
        'UPDATE entries SET payload = (SELECT payload FROM entries WHERE sequence = 6), salt = (SELECT salt FROM entries WHERE sequence = 6) WHERE sequence = 8',
      ),
    ).toMatchObject({ sequence: 8, kind: 'payload-differs' });
    expect(await verification(journal, keys)).toMatchObject({ result: 'whole' });
  });

  it('finds a chain made anew without the signing key', async () => {
    const real = await signedHistory();
    const forged = openJournal();
    const forger = new SoftwareKeys();
    const checkpoints = checkpointsOf(forged, forger);
    forged.append(...firstStart(real.keys.jwk), ...twoBatches());
    await checkpoints.stop(signal);
    const { findings } = await verifyJournal(forged, { headRegister: null, maxFindings: 5, signal });
    expect(findings[0]?.kind).toBe('signature-wrong');
    expect((await verification(forged, real.keys)).findings.at(-1)?.kind).toMatch(/register-differs|set-back/);
  });

  it('is stopped at the next start by an older copy or another chain', async () => {
    const folder = testFolder();
    const { journal, keys } = await signedHistory(join(folder, 'journal.db'));
    journal.copyTo(join(folder, 'old.db'));
    journal.append(...firstStart(keys.jwk).slice(1, 2));
    const head = journal.head();
    expect(() => openJournal(join(folder, 'old.db'), { headRegister: head })).toThrow('JOURNAL-SET-BACK');
    expect(() =>
      openJournal(join(folder, 'old.db'), { headRegister: { sequence: 5, entryHash: head.entryHash } }),
    ).toThrow('JOURNAL-BROKEN');
    expect(() => openJournal(join(folder, 'old.db'), { station: 'another' })).toThrow('JOURNAL-FOREIGN');
  });

  it('is stopped at the next start by an altered tail', async () => {
    const folder = testFolder();
    const { journal } = await signedHistory(join(folder, 'journal.db'));
    journal.database.exec("UPDATE entries SET time = '2020-01-01T00:00:00.000Z' WHERE sequence = 30");
    journal.close();
    expect(() => openJournal(join(folder, 'journal.db'))).toThrow(/JOURNAL-BROKEN.*30/);
  });

  it('leaves the loop free and gives way to an abort', async () => {
    const keys = new SoftwareKeys();
    const journal = openJournal();
    journal.append(...firstStart(keys.jwk));
    const batch = new BatchHistory('big', 'northbank', 150);
    journal.append(...batch.received(), ...batch.accepted(), ...batch.released());
    for (let index = 0; index < 150; index++) journal.append(...batch.goodCard(index, 1));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { result, entriesPerSecond } = await verifyJournal(journal, { headRegister: null, maxFindings: 1, signal });
    clearInterval(timer);
    expect([result, turns > 3, entriesPerSecond > 500]).toEqual(['whole', true, true]);
    await expect(
      verifyJournal(journal, { headRegister: null, maxFindings: 1, signal: AbortSignal.abort() }),
    ).rejects.toThrow();
  });
});

describe('export', () => {
  async function lines(journal: Journal, payloads: 'included' | 'withheld', from = 1): Promise<string[]> {
    const all: string[] = [];
    const range = { from, to: Number.POSITIVE_INFINITY, payloads };
    for await (const line of exportLines(journal, range, signal)) all.push(line);
    return all;
  }

  it('verifies alone, whole or from the middle, with and without payloads', async () => {
    const { journal, keys } = await signedHistory();
    const entries = journal.head().sequence;
    expect(await verifyExport(await lines(journal, 'included'), keys.jwk)).toMatchObject({
      result: 'whole',
      entries,
      withheld: 0,
      head: journal.head(),
    });
    const bare = await lines(journal, 'withheld');
    expect(bare.join('\n')).not.toContain('SCRATCH');
    const checked = await verifyExport(bare, keys.jwk);
    expect(checked).toMatchObject({ result: 'whole', entries, finding: null });
    expect(checked.withheld).toBe(entries - checked.checkpoints - 1);
    expect(await verifyExport(await lines(journal, 'included', 40), keys.jwk)).toMatchObject({
      result: 'whole',
      entries: entries - 39,
    });
  });

  it('finds a wrong key, a cut, a missing line, another spelling, an altered character', async () => {
    const { journal, keys } = await signedHistory();
    const whole = await lines(journal, 'included');
    const finding = async (changed: readonly string[]): Promise<unknown> =>
      (await verifyExport(changed, keys.jwk)).finding;
    expect((await verifyExport(whole, new SoftwareKeys().jwk)).result).toBe('broken');
    expect(await finding(whole.slice(0, -1))).toMatchObject({ kind: 'entry', sequence: whole.length - 1 });
    expect(await finding(whole.filter((_, at) => at !== 7))).toMatchObject({ kind: 'entry', sequence: 8 });
    expect(await finding(whole.map((line, at) => (at === 7 ? `${line} ` : line)))).toMatchObject({
      kind: 'line',
      line: 8,
    });
    expect(await finding([])).toMatchObject({ kind: 'line' });
    expect(await finding(['{}'])).toMatchObject({ kind: 'line', line: 1 });
    const line = whole[12] ?? '';
    for (let at = 0; at < line.length; at++) {
      const changed = line.slice(0, at) + String.fromCodePoint(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
      expect((await verifyExport([...whole.slice(0, 12), changed, ...whole.slice(13)], keys.jwk)).result).toBe(
        'broken',
      );
    }
  });
});
