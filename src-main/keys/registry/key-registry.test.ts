import { describe, expect, it } from 'vitest';
import { rebuildProjections } from '../../journal/rebuild.ts';
import type { IssuerId } from '#shared/domain/identifiers.ts';
import { bringKey, faultOf as fault } from '../conformance-ceremony.ts';
import { publishedBlocks } from '../conformance-blocks.ts';
import { requested } from '../conformance-registry.ts';
import { fromHex } from '#shared/bytes/bytes.ts';
import { listKeys } from './list-keys.ts';
import { id, RegistryWorld, wish } from './registry-world.fixture.ts';
import { systemRandomness } from '../../platform/randomness.ts';

const { signal } = new AbortController();
const northbank = 'northbank' as IssuerId;

function listed(world: RegistryWorld) {
  const { journal, approvals, keys } = world;
  const clock = { now: () => new Date(world.now), monotonic: () => 0 };
  const ports = {
    journal,
    approvals,
    keys,
    clock,
    randomness: systemRandomness,
    environment: 'test',
    issuers: [],
  } as const;
  return listKeys(ports, signal);
}

describe('the life of a key', () => {
  it('is generated under dual control, waits pre-active, and every step names both people', async () => {
    const world = await RegistryWorld.open();
    const { registry, journal } = world;
    const approval = await registry.requestGeneration({ ...wish, validUntil: '2027-12-31' }, id('kofi'), signal);
    await expect(registry.carryOut(approval, signal)).rejects.toEqual(fault('APPROVAL-NOT-GIVEN'));
    await world.sign(approval, 'karin');
    await registry.carryOut(approval, signal);
    await expect(registry.carryOut(approval, signal)).rejects.toEqual(fault('APPROVAL-NOT-GIVEN'));
    expect(world.newest(6)).toEqual([
      'approval.requested',
      'key.requested',
      'approval.given',
      'approval.used',
      'key.intended',
      'key.made',
    ]);
    expect(await world.stored()).toContain('imk-ac/northbank/1');
    const key = (await listed(world)).find(({ name }) => name === 'imk-ac/northbank/1');
    expect(key).toMatchObject({
      state: 'pre-active',
      wayIn: 'generated',
      version: 1,
      kcvMethod: 'tdes-zeros',
      validUntil: '2027-12-31',
      alarm: 'none',
      askedBy: 'kofi',
      approvedBy: ['karin'],
    });
    const { statement } = journal.projections.approvals.find(approval) ?? { statement: '' };
    expect((JSON.parse(statement) as { fields: { label: string }[] }).fields.map(({ label }) => label)).toEqual([
      'Key',
      'Usage',
      'Algorithm',
      'For',
      'Last day of use',
      'Comes by',
    ]);
  });

  it('rotates: the next version goes into use and the one before retires in the same act', async () => {
    const world = await RegistryWorld.open();
    const first = await world.activeKey();
    const at = new Date(world.now);
    expect(world.registry.usable.requireUsable('imk-ac', northbank, 'test', at)).toBe('imk-ac/northbank/1');
    const second = await world.activeKey();
    expect([second, world.stateOf(first), world.stateOf(second)]).toEqual(['imk-ac/northbank/2', 'retired', 'active']);
    expect(world.newest(3)).toEqual(['approval.used', 'key.changed', 'key.changed']);
    expect(world.registry.usable.requireUsable('imk-ac', northbank, 'test', at)).toBe(second);
    expect(() =>
      world.registry.usable.requireKey(first, { usage: 'imk-ac', issuer: northbank, environment: 'test' }, at),
    ).toThrow(expect.objectContaining({ code: 'KEYS-RETIRED' }) as Error);
    await world.change(first, 'destroy');
    expect(world.stateOf(first)).toBe('destroyed');
    expect(await world.stored()).not.toContain(first);
    // A version is never given out again.
    await world.change(second, 'compromise');
    await world.change(second, 'destroy');
    expect(await world.activeKey()).toBe('imk-ac/northbank/3');
  });

  it('takes two who approve for compromise and destruction, and refuses a change that does not follow', async () => {
    const world = await RegistryWorld.open();
    const name = await world.activeKey();
    const { registry } = world;
    expect(() => registry.requestChange(name, 'destroy', 'no', id('kofi'))).toThrow(
      expect.objectContaining({ code: 'KEYS-CHANGE' }) as Error,
    );
    const approval = registry.requestChange(name, 'compromise', 'seen on paper', id('kofi'));
    expect(() => registry.requestChange(name, 'retire', 'meanwhile', id('karin'))).toThrow(
      expect.objectContaining({ code: 'KEYS-REQUEST-OPEN' }) as Error,
    );
    await world.sign(approval, 'karin');
    await expect(registry.carryOut(approval, signal)).rejects.toEqual(fault('APPROVAL-NOT-GIVEN'));
    await expect(world.sign(approval, 'kofi')).rejects.toEqual(fault('APPROVAL-OWN-REQUEST'));
    await expect(world.sign(approval, 'olga')).rejects.toEqual(fault('ACCESS-NO-RIGHT'));
    await world.sign(approval, 'sara');
    await registry.carryOut(approval, signal);
    expect(world.stateOf(name)).toBe('compromised');
    expect(() => registry.usable.requireUsable('imk-ac', northbank, 'test', new Date(world.now))).toThrow(
      expect.objectContaining({ code: 'KEYS-COMPROMISED' }) as Error,
    );
    expect(() => registry.requestChange('pan-digest/none/1', 'retire', 'x', id('kofi'))).toThrow(
      expect.objectContaining({ code: 'KEYS-NOT-FOUND' }) as Error,
    );
  });

  it('withdraws what can no longer be done as it was signed', async () => {
    const world = await RegistryWorld.open();
    const { registry, journal } = world;
    const name = await world.activeKey();
    const approval = registry.requestChange(name, 'retire', 'x', id('kofi'));
    await world.sign(approval, 'karin');
    journal.append({
      kind: 'key.changed',
      actor: { kind: 'station' },
      issuer: 'northbank',
      subjects: { key: name },
      payload: { name, change: 'compromise', approval: 'another', reason: '' },
    });
    await expect(registry.carryOut(approval, signal)).rejects.toEqual(fault('KEYS-CHANGE'));
    expect(journal.projections.approvals.find(approval)?.state).toBe('withdrawn');
  });

  it('names each reason why a key does not serve', async () => {
    const world = await RegistryWorld.open();
    const { usable } = world.registry;
    const at = new Date(world.now);
    const code = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (thrown) {
        return (thrown as { code?: string }).code;
      }
    };
    expect(code(() => usable.requireUsable('cvk', northbank, 'test', at))).toBe('KEYS-MISSING');
    const approval = await world.registry.requestGeneration({ ...wish, usage: 'cvk' }, id('kofi'), signal);
    await world.sign(approval, 'sara');
    await world.registry.carryOut(approval, signal);
    expect(code(() => usable.requireUsable('cvk', northbank, 'test', at))).toBe('KEYS-NOT-ACTIVE');
    const name = await world.activeKey({ validUntil: '2026-03-10' });
    expect(code(() => usable.requireUsable('imk-ac', northbank, 'test', new Date('2026-03-10T23:59:59Z')))).toBe(name);
    expect(code(() => usable.requireUsable('imk-ac', northbank, 'test', new Date('2026-03-11T00:00:00Z')))).toBe(
      'KEYS-EXPIRED',
    );
    expect(code(() => usable.requireUsable('imk-ac', northbank, 'live', at))).toBe('KEYS-ENVIRONMENT');
    const purpose = { usage: 'imk-smi', issuer: northbank, environment: 'test' } as const;
    expect(code(() => usable.requireKey(name, purpose, at))).toBe('KEYS-WRONG-USAGE');
    expect(
      code(() => usable.requireKey(name, { ...purpose, usage: 'imk-ac', issuer: 'mercato' as IssuerId }, at)),
    ).toBe('KEYS-WRONG-USAGE');
    expect(code(() => usable.requireKey('none', purpose, at))).toBe('KEYS-NOT-FOUND');
    expect((await listed(world)).find((key) => key.name === name)?.alarm).toBe('soon');
    world.now = Date.UTC(2026, 2, 11);
    expect((await listed(world)).find((key) => key.name === name)?.alarm).toBe('expired');
    await world.keys.destroyKey(name, signal);
    expect((await listed(world)).find((key) => key.name === name)?.alarm).toBe('missing-in-store');
  });

  it('refuses at once what the table of usages does not know, and writes nothing of it', async () => {
    const world = await RegistryWorld.open();
    const { sequence } = world.journal.head();
    for (const changes of [
      { usage: 'none' },
      { algorithm: 'AES-512' },
      { usage: 'pan-digest', algorithm: 'HMAC-SHA-256' },
      { usage: 'station-signing', algorithm: 'EC-P256', issuer: null },
      { issuer: null },
      { issuer: 'eastbank' },
      { validUntil: '2026-03-01' },
      { usage: 'issuer-rsa', algorithm: 'RSA' },
      { size: 1408, exponent: 3 },
    ] as const) {
      const asked = world.registry.requestGeneration({ ...wish, ...changes }, id('kofi'), signal);
      await expect(asked).rejects.toEqual(fault('KEYS-REQUEST-REFUSED'));
    }
    expect(world.journal.head().sequence).toBe(sequence);
  });

  it('is not for who may not ask, and one key has one request', async () => {
    const world = await RegistryWorld.open();
    await expect(world.registry.requestGeneration(wish, id('olga'), signal)).rejects.toEqual(fault('ACCESS-NO-RIGHT'));
    await world.registry.requestGeneration(wish, id('kofi'), signal);
    await expect(world.registry.requestGeneration(wish, id('karin'), signal)).rejects.toEqual(
      fault('KEYS-REQUEST-OPEN'),
    );
  });

  it('makes an RSA pair of the size that was signed', async () => {
    const world = await RegistryWorld.open();
    const name = await world.activeKey({ usage: 'issuer-rsa', algorithm: 'RSA', size: 1024, exponent: 3 });
    expect(world.journal.projections.keys.find(name)).toMatchObject({ size: 1024, kcvMethod: 'public-key-sha256' });
  }, 60_000);

  it('comes to the same rows when the journal is rebuilt', async () => {
    const world = await RegistryWorld.open();
    await world.activeKey();
    await world.change(await world.activeKey(), 'compromise');
    const { tables } = await rebuildProjections(world.journal, signal);
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
    expect(tables.find(({ table }) => table === 'keys')?.rows).toBe(2);
  });
});

describe('a key block', () => {
  const zone = { usage: 'zone-pin-key', algorithm: 'AES-128', issuer: 'northbank', validUntil: null } as const;

  async function withProtection(): Promise<RegistryWorld> {
    const world = await RegistryWorld.open();
    const name = 'key-block-protection/northbank/1';
    await bringKey(
      world.keys,
      requested('key-block-protection', 'AES-256', name),
      fromHex(publishedBlocks.aesProtection),
    );
    const [identity] = (await world.keys.list(signal)).filter((key) => key.name === name);
    if (identity === undefined) throw new Error('not brought');
    world.journal.append({
      kind: 'key.made',
      actor: { kind: 'station' },
      issuer: 'northbank',
      subjects: { key: name },
      payload: { name, usage: identity.usage, algorithm: identity.algorithm, kcv: identity.kcv, environment: 'test' },
    });
    return world;
  }

  const block = {
    ...zone,
    block: publishedBlocks.aesBlock,
    protectionKey: 'key-block-protection/northbank/1',
    expectedKcv: null,
  };

  it('is shown by its header before it is signed, and comes in after', async () => {
    const world = await withProtection();
    const { registry, journal } = world;
    const approval = await registry.requestBlockImport({ ...block, block: ` ${block.block}\n` }, id('kofi'), signal);
    const { statement = '' } = journal.projections.approvals.find(approval) ?? {};
    const { fields } = JSON.parse(statement) as { fields: { label: string; value: string }[] };
    expect(Object.fromEntries(fields.map(({ label, value }) => [label, value]))).toMatchObject({
      'Usage in the block': 'P0',
      'Mode of use': 'E',
      Exportability: 'E, exportable under a key encryption key',
      'Protection key': block.protectionKey,
      'Expected check value': 'none was given',
    });
    await world.sign(approval, 'karin');
    await registry.carryOut(approval, signal);
    expect(journal.projections.keys.find('zone-pin-key/northbank/1')).toMatchObject({
      wayIn: 'key-block',
      state: 'pre-active',
    });
    const entries = journal.read(1, 1000).map((entry) => JSON.stringify(entry));
    expect(entries.filter((entry) => entry.includes(block.block.slice(16)))).toEqual([]);
  });

  it('is refused at once where its header says something else, and where its protection key does not serve', async () => {
    const world = await withProtection();
    const ask = (changes: object) => world.registry.requestBlockImport({ ...block, ...changes }, id('kofi'), signal);
    await expect(ask({ usage: 'kek' })).rejects.toEqual(fault('KEYS-BLOCK'));
    await expect(ask({ algorithm: 'TDES-2' })).rejects.toEqual(fault('KEYS-BLOCK'));
    await expect(ask({ block: 'nonsense of sixteen' })).rejects.toEqual(fault('KEYS-BLOCK'));
    await expect(ask({ protectionKey: 'none' })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    await expect(ask({ issuer: 'mercato' })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    const other = await world.activeKey();
    await expect(ask({ protectionKey: other })).rejects.toEqual(fault('KEYS-WRONG-USAGE'));
    await world.change(block.protectionKey, 'retire');
    await expect(ask({})).rejects.toEqual(fault('KEYS-RETIRED'));
  });

  it('leaves nothing of a wrong one: neither of an altered block nor of another check value', async () => {
    const world = await withProtection();
    const { registry, journal } = world;
    const before = await world.stored();
    const last = block.block.endsWith('0') ? '1' : '0';
    for (const [changes, code] of [
      [{ block: block.block.slice(0, -1) + last }, 'KEYS-BLOCK'],
      [{ expectedKcv: '00000A' }, 'KEYS-WRONG-KCV'],
    ] as const) {
      const approval = await registry.requestBlockImport({ ...block, ...changes }, id('kofi'), signal);
      await world.sign(approval, 'karin');
      await expect(registry.carryOut(approval, signal)).rejects.toEqual(fault(code));
      expect(world.newest(2)).toEqual(['key.intended', 'key.not-made']);
      expect(journal.projections.keyActs.findIntent(approval)?.outcome).toBe(code);
    }
    expect(await world.stored()).toEqual(before);
    expect(world.stateOf('zone-pin-key/northbank/1')).toBeNull();
  });

  it('is asked for again after a start: blocks are in memory alone', async () => {
    const world = await withProtection();
    const approval = await world.registry.requestBlockImport(block, id('kofi'), signal);
    world.restart();
    await world.sign(approval, 'karin');
    await expect(world.registry.carryOut(approval, signal)).rejects.toEqual(fault('KEYS-BLOCK-GONE'));
    expect(world.journal.projections.approvals.find(approval)?.state).toBe('withdrawn');
  });

  it.each(['before', 'after'] as const)('settles an import that stopped %s the key store did it', async (when) => {
    const world = await withProtection();
    world.restart(world.stoppedIn('importKeyBlock', when));
    const approval = await world.registry.requestBlockImport(block, id('kofi'), signal);
    await world.sign(approval, 'karin');
    await expect(world.registry.carryOut(approval, signal)).rejects.toThrow('the machine stopped');
    world.restart();
    await world.registry.settle(signal);
    expect(world.stateOf('zone-pin-key/northbank/1')).toBe(when === 'after' ? 'pre-active' : null);
  });
});

describe('a crash between the key store and the journal', () => {
  it.each(['before', 'after'] as const)('of a generation, %s it was made', async (when) => {
    const world = await RegistryWorld.open();
    world.restart(world.stoppedIn('generateKey', when));
    const approval = await world.registry.requestGeneration(wish, id('kofi'), signal);
    await world.sign(approval, 'karin');
    await expect(world.registry.carryOut(approval, signal)).rejects.toThrow('the machine stopped');
    expect(world.newest(1)).toEqual(['key.intended']);
    world.restart();
    await world.registry.settle(signal);
    await world.registry.settle(signal);
    const made = when === 'after';
    expect(world.newest(2)).toEqual(['key.intended', made ? 'key.made' : 'key.not-made']);
    expect(world.stateOf('imk-ac/northbank/1')).toBe(made ? 'pre-active' : null);
    expect((await world.stored()).includes('imk-ac/northbank/1')).toBe(made);
    // The signatures were used up with the intent.
    await expect(world.registry.carryOut(approval, signal)).rejects.toEqual(fault('APPROVAL-NOT-GIVEN'));
  });

  it.each(['before', 'after'] as const)('of a destruction, %s it was done', async (when) => {
    const world = await RegistryWorld.open();
    const name = await world.activeKey();
    await world.change(name, 'retire');
    world.restart(world.stoppedIn('destroyKey', when));
    await expect(world.change(name, 'destroy')).rejects.toThrow('the machine stopped');
    expect(world.stateOf(name)).toBe('retired');
    world.restart();
    await world.registry.settle(signal);
    expect(world.stateOf(name)).toBe('destroyed');
    expect(await world.stored()).not.toContain(name);
  });

  it('adopts nothing that was there before it was asked for', async () => {
    const world = await RegistryWorld.open();
    const approval = await world.registry.requestGeneration(wish, id('kofi'), signal);
    await world.sign(approval, 'karin');
    await bringKey(
      world.keys,
      requested('imk-ac', 'TDES-2', 'imk-ac/northbank/1'),
      fromHex('0123456789abcdeffedcba9876543210'),
    );
    await expect(world.registry.carryOut(approval, signal)).rejects.toEqual(fault('KEYS-REQUEST-REFUSED'));
    expect(world.newest(1)).toEqual(['approval.withdrawn']);
    // The next version goes round it.
    expect(await world.activeKey()).toBe('imk-ac/northbank/2');
  });
});
