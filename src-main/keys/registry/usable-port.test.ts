import { expect, it } from 'vitest';
import type { ChannelHandle } from '../port.ts';
import { faultOf as fault } from '../conformance-ceremony.ts';
import { RegistryWorld } from './registry-world.fixture.ts';
import { usablePort } from './usable-port.ts';

const { signal } = new AbortController();
const card = { pan: '9900000000000005', serviceCode: '201', wanted: [{ kind: 'cvv', expiry: '2812' }] } as const;

it('lets a key make cards from its activation until it retires, expires or is compromised', async () => {
  const world = await RegistryWorld.open();
  const clock = { now: () => new Date(world.now), monotonic: () => world.now };
  const port = usablePort(world.keys, world.registry.usable, { environment: 'test', clock });
  const value = (cvk: string) => port.cardVerificationValues({ ...card, cvk }, signal);
  await expect(value('cvk/northbank/1')).rejects.toEqual(fault('KEYS-NOT-FOUND'));
  const first = await world.activeKey({ usage: 'cvk', validUntil: '2026-03-10' });
  expect(await value(first)).toEqual([expect.stringMatching(/^\d{3}$/)]);
  const wrong = await world.activeKey();
  await expect(value(wrong)).rejects.toEqual(fault('KEYS-WRONG-USAGE'));
  const second = await world.activeKey({ usage: 'cvk' });
  await expect(value(first)).rejects.toEqual(fault('KEYS-RETIRED'));
  await world.change(second, 'compromise');
  await expect(value(second)).rejects.toEqual(fault('KEYS-COMPROMISED'));
  const third = await world.activeKey({ usage: 'cvk', validUntil: '2026-03-10' });
  world.now = Date.UTC(2026, 2, 11);
  await expect(value(third)).rejects.toEqual(fault('KEYS-EXPIRED'));
  const live = usablePort(world.keys, world.registry.usable, { environment: 'live', clock });
  await expect(live.cardVerificationValues({ ...card, cvk: third }, signal)).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
});

it('gives cards keys from a manufacturer key only while it serves, for a channel of its own protocol', async () => {
  const world = await RegistryWorld.open();
  const clock = { now: () => new Date(world.now), monotonic: () => world.now };
  const port = usablePort(world.keys, world.registry.usable, { environment: 'test', clock });
  const kmc = await world.activeKey({ usage: 'kmc-scp02', algorithm: 'TDES-2' });
  const channel = '1.none' as string as ChannelHandle;
  const keySet = { kmc, method: 'visa2', keyVersion: 1 } as const;
  const request = { channel, keySet, form: 'with-length', keys: 'all' } as const;
  const answer = new Uint8Array(28).fill(2);
  const open = { ...opening, keySet, initializeUpdateResponse: answer };
  // No channel is open, and the card is another: the registry let the acts through.
  await expect(port.newCardKeys(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  await expect(port.openChannel(open, signal)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
  const otherMethod = { ...keySet, method: 'kdf3' } as const;
  await expect(port.newCardKeys({ ...request, keySet: otherMethod }, signal)).rejects.toEqual(
    fault('KEYS-WRONG-USAGE'),
  );
  await world.change(kmc, 'compromise');
  await expect(port.newCardKeys(request, signal)).rejects.toEqual(fault('KEYS-COMPROMISED'));
  await expect(port.openChannel(open, signal)).rejects.toEqual(fault('KEYS-COMPROMISED'));
  const set = { name: 'scp02/none', version: 1 };
  await expect(port.newCardKeys({ ...request, keySet: set }, signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
});

it('opens with a retired key what was made under it, and nothing with a compromised one', async () => {
  const world = await RegistryWorld.open();
  const clock = { now: () => new Date(world.now), monotonic: () => world.now };
  const port = usablePort(world.keys, world.registry.usable, { environment: 'test', clock });
  const transportKeyName = await world.activeKey({ usage: 'dgi-transport', algorithm: 'AES-256' });
  const request = { channel: '1.none' as string as ChannelHandle, transportKeyName, value: new Uint8Array(16) };
  const keySet = { name: 'scp03/none', version: 1 };
  await expect(port.openChannel({ ...opening, keySet }, signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
  const pin = await world.activeKey({ usage: 'zone-pin-key', algorithm: 'AES-256' });
  await expect(port.translateGrouping({ ...request, transportKeyName: pin }, signal)).rejects.toEqual(
    fault('KEYS-WRONG-USAGE'),
  );
  // No channel is open: the registry let the act through.
  await expect(port.translateGrouping(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  await world.change(transportKeyName, 'retire');
  await expect(port.translateGrouping(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  await world.change(transportKeyName, 'compromise');
  await expect(port.translateGrouping(request, signal)).rejects.toEqual(fault('KEYS-COMPROMISED'));
});

const opening = {
  hostChallenge: new Uint8Array(8),
  initializeUpdateResponse: new Uint8Array(29),
  securityLevel: 0x33,
  parameter: 0x70,
  application: new Uint8Array(8),
};
