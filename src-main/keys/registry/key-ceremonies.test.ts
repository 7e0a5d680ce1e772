import { describe, expect, it } from 'vitest';
import type { ApprovalId } from '#shared/domain/identifiers.ts';
import { fromHex } from '#shared/bytes/bytes.ts';
import { bringKey, faultOf as fault } from '../conformance-ceremony.ts';
import { requested } from '../conformance-registry.ts';
import { secretCheckValue } from '../hsm-worker/check-value.ts';
import { hsm, id, RegistryWorld, wish } from './registry-world.fixture.ts';

const { signal } = new AbortController();
const one = '7962d9ece03d1acd4c76089dce131543';
const two = '0123456789abcdeffedcba9876543210';
const minutes = 60_000;

async function ask(world: RegistryWorld, changes: object = {}): Promise<{ ceremony: string; approval: ApprovalId }> {
  const request = { ...wish, custodians: ['karin', 'kemal'], leavesUnder: null, ...changes };
  const approval = await world.ceremonies.request(request, id('kofi'), signal);
  const { subjects } = world.journal.projections.approvals.find(approval) ?? { subjects: {} };
  return { approval, ceremony: (subjects as Record<string, string>)['ceremony'] ?? '' };
}

async function opened(world: RegistryWorld, changes: object = {}): Promise<string> {
  const { ceremony, approval } = await ask(world, changes);
  await world.sign(approval, 'sara');
  await world.ceremonies.carryOut(approval, signal);
  return ceremony;
}

async function typeIn(world: RegistryWorld, ceremony: string, person: string, digits: string): Promise<void> {
  for (const digit of digits) await world.ceremonies.enterDigit(ceremony, id(person), Number.parseInt(digit, 16));
}

async function enter(world: RegistryWorld, ceremony: string, person: string, digits: string): Promise<void> {
  for (const _ of ['first', 'second']) {
    await typeIn(world, ceremony, person, digits);
    await world.ceremonies.endEntry(ceremony, id(person));
  }
}

function loggedOut(world: RegistryWorld, person: string): void {
  world.journal.append({
    kind: 'session.closed',
    actor: { kind: 'person', person },
    issuer: null,
    subjects: { person },
    payload: { person, reason: 'log-out' },
  });
}

const ended = (world: RegistryWorld, ceremony: string) => world.ceremonies.find(ceremony)?.row.state;

describe('a key ceremony', () => {
  it('brings a key of two custodians in, each at an own login, and tells nobody a digit', async () => {
    const world = await RegistryWorld.open();
    const { ceremonies, journal } = world;
    const ceremony = await opened(world);
    await expect(ceremonies.enterDigit(ceremony, id('kemal'), 1)).rejects.toEqual(fault('KEYS-CEREMONY-ORDER'));
    await expect(ceremonies.enterDigit(ceremony, id('kofi'), 1)).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    expect(await ceremonies.enterDigit(ceremony, id('karin'), 7)).toEqual({ count: 1 });
    await ceremonies.clearEntry(ceremony, id('karin'));
    await enter(world, ceremony, 'karin', one);
    // Between entries people come and go.
    loggedOut(world, 'karin');
    await expect(ceremonies.enterDigit(ceremony, id('karin'), 1)).rejects.toEqual(fault('KEYS-CEREMONY-ORDER'));
    await expect(ceremonies.confirm(ceremony, id('karin'), '000000')).rejects.toEqual(fault('KEYS-CEREMONY-ORDER'));
    await enter(world, ceremony, 'kemal', two);
    const kcv = ceremonies.find(ceremony)?.row.kcv ?? '';
    await expect(ceremonies.confirm(ceremony, id('karin'), kcv === '000000' ? '111111' : '000000')).rejects.toEqual(
      fault('KEYS-WRONG-KCV'),
    );
    await ceremonies.confirm(ceremony, id('karin'), kcv.toUpperCase());
    await expect(ceremonies.confirm(ceremony, id('karin'), kcv)).rejects.toEqual(fault('KEYS-CEREMONY-ORDER'));
    expect(await world.stored()).not.toContain('imk-ac/northbank/1');
    await ceremonies.confirm(ceremony, id('kemal'), kcv);
    expect(world.newest(4)).toEqual(['key.value-confirmed', 'key.intended', 'key.made', 'key.ceremony-ended']);
    expect(journal.projections.keys.find('imk-ac/northbank/1')).toMatchObject({
      kcv,
      wayIn: 'components',
      state: 'pre-active',
    });
    expect(ended(world, ceremony)).toBe('kept');
    expect(journal.projections.ceremonies.components(ceremony)).toEqual([
      { component: 1, person: 'karin', kcv: secretCheckValue('TDES-2', fromHex(one)), confirmed: 'yes' },
      { component: 2, person: 'kemal', kcv: secretCheckValue('TDES-2', fromHex(two)), confirmed: 'yes' },
    ]);
    const text = JSON.stringify(journal.read(1, 1000)).toLowerCase();
    for (const digits of [one, two]) expect(text).not.toContain(digits.slice(0, 12));
    await expect(ceremonies.enterDigit(ceremony, id('karin'), 1)).rejects.toEqual(fault('KEYS-CEREMONY-OVER'));
  });

  it('lets the key leave as a block under a protection key of the issuer, and keeps nothing of it', async () => {
    const world = await RegistryWorld.open();
    const protection = await world.activeKey({ usage: 'key-block-protection', algorithm: 'AES-256' });
    const ceremony = await opened(world, { leavesUnder: protection, custodians: ['kofi', 'karin'] });
    // Its number is taken as long as it is under way.
    const meanwhile = await world.registry.requestGeneration(wish, id('kofi'), signal);
    expect(world.journal.projections.approvals.find(meanwhile)?.subjects['key']).toBe('imk-ac/northbank/2');
    world.approvals.withdraw(meanwhile, id('kofi'));
    await enter(world, ceremony, 'kofi', one);
    await enter(world, ceremony, 'karin', two);
    const kcv = world.ceremonies.find(ceremony)?.row.kcv ?? '';
    await world.ceremonies.confirm(ceremony, id('karin'), kcv);
    await world.ceremonies.confirm(ceremony, id('kofi'), kcv);
    const { block = null } = world.ceremonies.find(ceremony) ?? {};
    expect(block).toMatch(/^D0112E0TX00N0000[0-9A-F]{96}$/);
    expect(await world.stored()).not.toContain('imk-ac/northbank/1');
    expect(world.newest(2)).toEqual(['key.left', 'key.ceremony-ended']);
    expect(JSON.stringify(world.journal.read(1, 1000))).not.toContain((block ?? '').slice(16));
    // It comes in at another station as the version that is next there; here the number is used up.
    const request = { ...wish, block: block ?? '', protectionKey: protection, expectedKcv: kcv };
    const approval = await world.registry.requestBlockImport(request, id('kofi'), signal);
    await world.sign(approval, 'karin');
    await world.registry.carryOut(approval, signal);
    expect(world.journal.projections.keys.find('imk-ac/northbank/2')?.kcv).toBe(kcv);
  });

  it('is asked for with two or three different custodians of the issuer', async () => {
    const world = await RegistryWorld.open();
    await expect(ask(world, { custodians: ['karin', 'karin'] })).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    await expect(ask(world, { custodians: ['karin', 'sara'] })).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    await expect(ask(world, { custodians: ['karin', 'mara'] })).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    await expect(ask(world, { custodians: ['karin', 'nobody'] })).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    await expect(ask(world, { leavesUnder: 'none' })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    await expect(ask(world, { usage: 'dgi-transport', algorithm: 'AES-256' })).rejects.toEqual(
      fault('KEYS-REQUEST-REFUSED'),
    );
    const { approval } = await ask(world);
    const disabled = { person: 'kemal', reason: 'left the house' };
    world.journal.append({
      kind: 'person.disabled',
      actor: { kind: 'station' },
      issuer: null,
      subjects: { person: 'kemal' },
      payload: disabled,
    });
    await world.sign(approval, 'sara');
    await expect(world.ceremonies.carryOut(approval, signal)).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    expect(world.journal.projections.approvals.find(approval)?.state).toBe('withdrawn');
  });

  it('names each slip, and the custodian begins again', async () => {
    const world = await RegistryWorld.open();
    const { ceremonies } = world;
    const ceremony = await opened(world);
    const end = () => ceremonies.endEntry(ceremony, id('karin'));
    await typeIn(world, ceremony, 'karin', one.slice(1));
    await expect(end()).rejects.toEqual(fault('KEYS-COMPONENT-LENGTH'));
    await typeIn(world, ceremony, 'karin', '0');
    await expect(typeIn(world, ceremony, 'karin', '0')).rejects.toEqual(fault('KEYS-COMPONENT-LENGTH'));
    await ceremonies.clearEntry(ceremony, id('karin'));
    await typeIn(world, ceremony, 'karin', one.replace('79', '78'));
    await expect(end()).rejects.toEqual(fault('KEYS-PARITY'));
    await typeIn(world, ceremony, 'karin', '01'.repeat(16));
    await expect(end()).rejects.toEqual(fault('KEYS-WEAK'));
    await typeIn(world, ceremony, 'karin', one);
    await end();
    await typeIn(world, ceremony, 'karin', two);
    await expect(end()).rejects.toEqual(fault('KEYS-COMPONENT-DIFFERS'));
    const refused = world.journal.read(1, 1000).filter(({ header }) => header.kind === 'key.component-refused');
    expect(refused.map(({ payload }) => (payload as { code: string }).code)).toEqual([
      'KEYS-PARITY',
      'KEYS-WEAK',
      'KEYS-COMPONENT-DIFFERS',
    ]);
    await enter(world, ceremony, 'karin', one);
    // The same component twice sums up to nothing: any of them may be the wrong one.
    await typeIn(world, ceremony, 'kemal', one);
    await ceremonies.endEntry(ceremony, id('kemal'));
    await typeIn(world, ceremony, 'kemal', one);
    await expect(ceremonies.endEntry(ceremony, id('kemal'))).rejects.toEqual(fault('KEYS-WEAK'));
    expect(ended(world, ceremony)).toBe('given-up');
    expect(await world.stored()).not.toContain('imk-ac/northbank/1');
  });

  it('keeps digits in the order in which they came', async () => {
    const world = await RegistryWorld.open();
    const ceremony = await opened(world);
    await Promise.all(
      one.split('').map((digit) => world.ceremonies.enterDigit(ceremony, id('karin'), Number.parseInt(digit, 16))),
    );
    await world.ceremonies.endEntry(ceremony, id('karin'));
    await typeIn(world, ceremony, 'karin', one);
    await world.ceremonies.endEntry(ceremony, id('karin'));
    expect(world.journal.projections.ceremonies.components(ceremony)[0]?.kcv).toBe(
      secretCheckValue('TDES-2', fromHex(one)),
    );
  });
});

describe('the end of a ceremony leaves nothing behind', () => {
  it('given up, by its people alone', async () => {
    const world = await RegistryWorld.open();
    const ceremony = await opened(world);
    await typeIn(world, ceremony, 'karin', one);
    await expect(world.ceremonies.giveUp(ceremony, id('mara'), 'x')).rejects.toEqual(fault('KEYS-CUSTODIAN'));
    await world.ceremonies.giveUp(ceremony, id('kofi'), 'the paper is wrong');
    expect(ended(world, ceremony)).toBe('given-up');
    await expect(typeIn(world, ceremony, 'karin', '1')).rejects.toEqual(fault('KEYS-CEREMONY-OVER'));
  });

  it('a log-out within an entry, also between the first and the second', async () => {
    const world = await RegistryWorld.open();
    for (const half of ['0123', one]) {
      const ceremony = await opened(world);
      await typeIn(world, ceremony, 'karin', half);
      if (half === one) await world.ceremonies.endEntry(ceremony, id('karin'));
      loggedOut(world, 'kemal');
      loggedOut(world, 'karin');
      await expect.poll(() => ended(world, ceremony)).toBe('given-up');
    }
  });

  it('half an hour', async () => {
    const world = await RegistryWorld.open();
    const ceremony = await opened(world);
    await enter(world, ceremony, 'karin', one);
    const [appointment] = world.appointments;
    expect(appointment?.at).toBeLessThanOrEqual(world.now + 30 * minutes);
    appointment?.act();
    await expect.poll(() => ended(world, ceremony)).toBe('given-up');
  });

  it('a key process that ended', async () => {
    const world = await RegistryWorld.open();
    const ceremony = await opened(world);
    await enter(world, ceremony, 'karin', one);
    process.kill(world.keyProcess(), 'SIGKILL');
    await expect
      .poll(() =>
        typeIn(world, ceremony, 'kemal', '1').then(
          () => 'taken',
          (thrown: { code?: string }) => thrown.code,
        ),
      )
      .toMatch(/^KEYS-(CHANNEL-LOST|WORKER-LOST|CEREMONY-OVER)$/);
    await expect.poll(() => ended(world, ceremony)).toBe('lost');
  });

  it('the end of the station, and a crash of it', async () => {
    const world = await RegistryWorld.open();
    const first = await opened(world);
    await typeIn(world, first, 'karin', one);
    await world.ceremonies.close();
    expect(ended(world, first)).toBe('given-up');
    world.restart();
    const second = await opened(world);
    await typeIn(world, second, 'karin', one);
    world.restart();
    world.ceremonies.settle();
    expect(ended(world, second)).toBe('lost');
    expect(await world.stored()).not.toContain('imk-ac/northbank/1');
  });

  it('nobody and no deadline gives up a key that the key store is just putting away', async () => {
    const world = await RegistryWorld.open();
    const { ceremonies } = world;
    for (const end of ['given up', 'deadline', 'end of the station'] as const) {
      const ceremony = await opened(world);
      const { name } = ceremonies.find(ceremony)?.row.request.key ?? { name: '' };
      await enter(world, ceremony, 'karin', one);
      await enter(world, ceremony, 'kemal', two);
      const kcv = ceremonies.find(ceremony)?.row.kcv ?? '';
      await ceremonies.confirm(ceremony, id('karin'), kcv);
      const last = ceremonies.confirm(ceremony, id('kemal'), kcv);
      const late = ceremonies.enterDigit(ceremony, id('karin'), 1);
      const [appointment] = world.appointments;
      if (end === 'given up') {
        await expect(ceremonies.giveUp(ceremony, id('karin'), 'no')).rejects.toEqual(fault('KEYS-CEREMONY-OVER'));
      } else if (end === 'deadline') appointment?.act();
      else await ceremonies.close();
      await last;
      await expect(late).rejects.toEqual(fault('KEYS-CEREMONY-OVER'));
      expect([ended(world, ceremony), world.stateOf(name)]).toEqual(['kept', 'pre-active']);
      await world.registry.settle(signal);
    }
    expect(world.journal.projections.keyActs.openIntents()).toEqual([]);
  });

  it('adopts no other key than the one whose check value its custodians confirmed', async () => {
    const world = await RegistryWorld.open();
    world.restart(world.stoppedIn('keepCeremonyKey', 'before'));
    const ceremony = await opened(world);
    await enter(world, ceremony, 'karin', one);
    await enter(world, ceremony, 'kemal', two);
    const kcv = world.ceremonies.find(ceremony)?.row.kcv ?? '';
    await world.ceremonies.confirm(ceremony, id('karin'), kcv);
    await expect(world.ceremonies.confirm(ceremony, id('kemal'), kcv)).rejects.toThrow('the machine stopped');
    await bringKey(world.keys, requested('imk-ac', 'TDES-2', 'imk-ac/northbank/1'), fromHex(two));
    world.restart();
    await world.registry.settle(signal);
    expect([ended(world, ceremony), world.stateOf('imk-ac/northbank/1')]).toEqual(['lost', null]);
    expect(world.journal.projections.keyActs.openIntents()).toEqual([]);
  });

  it('a digit on its way when its custodian logs out', async () => {
    const world = await RegistryWorld.open();
    const ceremony = await opened(world);
    const first = world.ceremonies.enterDigit(ceremony, id('karin'), 7);
    loggedOut(world, 'karin');
    await first;
    await expect.poll(() => ended(world, ceremony)).toBe('given-up');
  });

  it.each(['before', 'after'] as const)('a crash %s the key store kept the key', async (when) => {
    const world = await RegistryWorld.open();
    world.restart(world.stoppedIn('keepCeremonyKey', when));
    const ceremony = await opened(world);
    await enter(world, ceremony, 'karin', one);
    await enter(world, ceremony, 'kemal', two);
    const kcv = world.ceremonies.find(ceremony)?.row.kcv ?? '';
    await world.ceremonies.confirm(ceremony, id('karin'), kcv);
    await expect(world.ceremonies.confirm(ceremony, id('kemal'), kcv)).rejects.toThrow('the machine stopped');
    world.restart();
    world.ceremonies.settle();
    expect(ended(world, ceremony)).toBe('open');
    await world.registry.settle(signal);
    world.ceremonies.settle();
    expect(ended(world, ceremony)).toBe(when === 'after' ? 'kept' : 'lost');
    expect(world.stateOf('imk-ac/northbank/1')).toBe(when === 'after' ? 'pre-active' : null);
  });
});

describe.skipIf(hsm === 'missing')('in live mode', () => {
  it('components are entered in a key room alone, and the key leaves as a block', async () => {
    const production = await RegistryWorld.open({ mode: 'live', keyRoom: 'no' });
    await expect(ask(production)).rejects.toEqual(fault('KEYS-KEY-ROOM'));
    const room = await RegistryWorld.open({ mode: 'live', keyRoom: 'yes' });
    await expect(ask(room)).rejects.toEqual(fault('KEYS-KEY-ROOM'));
    const protection = await room.activeKey({ usage: 'key-block-protection', algorithm: 'AES-256' });
    const ceremony = await opened(room, { leavesUnder: protection });
    await enter(room, ceremony, 'karin', one);
    await enter(room, ceremony, 'kemal', two);
    const kcv = room.ceremonies.find(ceremony)?.row.kcv ?? '';
    await room.ceremonies.confirm(ceremony, id('karin'), kcv);
    await room.ceremonies.confirm(ceremony, id('kemal'), kcv);
    expect(ended(room, ceremony)).toBe('left-as-block');
    // Nothing could leave before there is a protection key: it alone is kept.
    const kept = { usage: 'key-block-protection', algorithm: 'AES-256', leavesUnder: null };
    expect(ended(room, await opened(room, kept))).toBe('open');
  });
});
