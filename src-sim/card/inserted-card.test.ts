import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { parseFault } from './card-faults.ts';
import type { CardFault } from './card-faults.ts';
import { CardFolder } from './card-folder.ts';
import { chipSerial, parseChipState } from './chip-state.ts';
import { HandWrittenHost } from './hand-written-host.ts';
import { InsertedCard } from './inserted-card.ts';
import type { ReaderSide } from './inserted-card.ts';
import { isBlankKind, newChip } from './new-chip.ts';
import type { ChipMake } from './new-chip.ts';
import { personalise, trainingCard } from './training-card.ts';

const key = '404142434445464748494a4b4c4d4e4f';
const make: ChipMake = {
  seed: 'test',
  cardId: 'EV1-000001',
  keys: { enc: key, mac: key, dek: key },
  keyVersion: 0x30,
  scpParameter: 0x70,
  applicationAid: trainingCard.aid.toLowerCase(),
  loyaltyAid: 'f0435752494c4f5901',
  iin: '999999',
  cardLifeCycle: 0x0f,
};
const contact: ReaderSide = { side: 'contact', protocol: 't1', chaining: 'refuse' };
const isd = '00A4040008A000000151000000';
const fci = '6F108408A000000151000000A5049F6501FF';

/** A card in a reader, and how to send it a command. */
function inserted(reader: Partial<ReaderSide>, faults: readonly CardFault[] = [], state = newChip(make)) {
  const card = new InsertedCard('EV1-000001', state, new CardFolder(undefined), faults, { ...contact, ...reader });
  const send = async (command: string): Promise<string> => {
    const outcome = await card.exchange(fromHex(command), new AbortController().signal);
    return outcome.kind === 'answer' ? toHex(outcome.bytes).toUpperCase() : outcome.kind;
  };
  return { card, send, host: new HandWrittenHost(send), state };
}

/** The host behind a reader of T=0: it fetches what 61xx announces and asks again where 6Cxx says so. */
function fetching(send: (command: string) => Promise<string>): (command: string) => Promise<string> {
  return async (command) => {
    let answer = await send(command);
    if (answer.startsWith('6C') && answer.length === 4) answer = await send(command.slice(0, 8) + answer.slice(2));
    let data = '';
    while (answer.slice(-4).startsWith('61')) {
      data += answer.slice(0, -4);
      answer = await send(`00C00000${answer.slice(-2)}`);
    }
    return data + answer;
  };
}

test('T=0: an answer waits for GET RESPONSE, a wrong Le is told, an Le after data is passed over', async () => {
  const { card, send } = inserted({ protocol: 't0' });
  expect(toHex(card.answerToReset).toUpperCase()).toBe('3B6500002063CB6800');
  expect(await send('00C0000010')).toBe('6985');
  expect([await send(isd), await send('00C0000013'), await send('00C0000010'), await send('00C0000002')]).toEqual([
    '6112',
    '6C12',
    `${fci.slice(0, 32)}6102`,
    `${fci.slice(32)}9000`,
  ]);
  expect(await send('00C0000001')).toBe('6985');
  expect([await send(`${isd}00`), await send('00C0000012')]).toEqual(['6112', `${fci}9000`]);
  expect([await send('80CA9F7F00'), await send('80CA9F7F10'), (await send('80CA9F7F2D')).slice(-4)]).toEqual([
    '6C2D',
    '6C2D',
    '9000',
  ]);
  // Another command in between: what waited is lost, as is what a reset ends.
  expect([await send(isd), (await send('80CA9F7F2D')).slice(-4), await send('00C0000012')]).toEqual([
    '6112',
    '9000',
    '6985',
  ]);
  await send(isd);
  card.reset();
  expect([await send('00C0000012'), await send('00A40400'), await send('00A404')]).toEqual(['6985', '6C12', '6700']);
  expect(await send('00A40400000001A0')).toBe('6700');
});

test('T=0: a whole personalisation under SCP03 with MACs on the answers', async () => {
  const { send, state } = inserted({ protocol: 't0' });
  const fetch = fetching(send);
  await fetch(`00A4040009${trainingCard.aid}`);
  const host = new HandWrittenHost(fetch);
  expect(await host.open(0x33)).toBe('9000');
  expect(await personalise(host)).toEqual(['9000', '9000', '9000']);
  expect(state.applications[0]?.lifeCycle).toBe(0x0f);
  expect(await fetch(`00A4040009${trainingCard.aid}`)).toMatch(/9000$/);
  expect(await fetch('00B2010C00')).toBe(`${trainingCard.records['0101']}9000`);
});

test('the contactless side has the ATR that PC/SC makes for it, and never T=0', () => {
  expect(toHex(inserted({ side: 'contactless', protocol: 't0' }).card.answerToReset).toUpperCase()).toBe(
    '3B828001435717',
  );
});

test('commands in parts: put together where accepted, refused otherwise', async () => {
  const parts = ['10A4040004A0000001', '00A40400045100000000'];
  const refused = inserted({});
  expect(await refused.send(parts[0] ?? '')).toBe('6884');
  const { send } = inserted({ chaining: 'accept' });
  expect([await send(parts[0] ?? ''), await send(parts[1] ?? '')]).toEqual(['9000', `${fci}9000`]);
  expect([await send(parts[0] ?? ''), await send('10A4040204A0000001'), await send(parts[1] ?? '')]).toEqual([
    '9000',
    '6883',
    '6700',
  ]);
  expect([await send(parts[0] ?? ''), await send('80CA004200')]).toEqual(['9000', '42039999999000']);
  expect(await send('10A40400')).toBe('6883');
});

test.each([
  [{ fault: 'altered-at-apdu', n: 1, byte: 0 }, `6E${fci.slice(2)}9000`],
  [{ fault: 'altered-at-apdu', n: 1, byte: -1 }, `${fci.slice(0, -2)}FE9000`],
  [{ fault: 'altered-at-apdu', n: 1, byte: 18 }, `${fci}9000`],
  [{ fault: 'without-mac-at-apdu', n: 1 }, `${fci.slice(0, -16)}9000`],
  [{ fault: 'over-long-at-apdu', n: 1 }, `${fci}${'A5'.repeat(300)}9000`],
  [{ fault: 'wrong-tlv-at-apdu', n: 1, form: 'indefinite' }, `6F80${fci.slice(4)}00009000`],
  [{ fault: 'wrong-tlv-at-apdu', n: 1, form: 'over-long' }, `6F850000000010${fci.slice(4)}9000`],
  [{ fault: 'wrong-tlv-at-apdu', n: 1, form: 'beyond' }, `6F827FFF${fci.slice(4)}9000`],
])('%j spoils the answer', async (request, expected) => {
  const { send } = inserted({}, [parseFault(request).fault]);
  expect([await send(`${isd}00`), await send(`${isd}00`)]).toEqual([expected, `${fci}9000`]);
});

test('an object nested 60 deep holds the right one', async () => {
  const { send } = inserted({}, [parseFault({ fault: 'wrong-tlv-at-apdu', n: 1, form: 'nested' }).fault]);
  expect(await send(`${isd}00`)).toMatch(new RegExp(`^70.*70(12)?${fci}9000$`));
});

test('a MAC whose byte is altered, or that is missing, is found by a host', async () => {
  for (const fault of [
    ...Array.from({ length: 8 }, (_, at) => ({ fault: 'altered-at-apdu', n: 3, byte: -1 - at })),
    { fault: 'without-mac-at-apdu', n: 3 },
  ]) {
    const { host } = inserted({}, [parseFault(fault).fault]);
    expect(await host.open(0x11)).toBe('9000');
    await expect(host.send('80CA0042', '', '00')).rejects.toThrow('wrong R-MAC');
  }
});

test('faults that make no sense are refused', () => {
  for (const request of [
    { fault: 'altered-at-apdu', n: 1 },
    { fault: 'altered-at-apdu', n: 1, byte: 0.5 },
    { fault: 'without-mac-at-apdu', n: 1, bytes: 0 },
    { fault: 'wrong-tlv-at-apdu', n: 1, form: 'upside-down' },
  ]) {
    expect(() => parseFault(request)).toThrow('must be');
  }
});

test('each kind of blank has what it says', () => {
  const content = (blank: unknown): unknown => {
    if (!isBlankKind(blank)) throw new Error('no such kind');
    const { domains, loadFiles, applications, memory } = newChip({ ...make, blank });
    return {
      protocols: domains.map(({ protocols, keySets }) => [
        protocols.map(({ protocol, parameter }) => `${protocol} ${parameter.toString(16)}`),
        keySets.map(({ version }) => version.toString(16)),
      ]),
      files: loadFiles.map(({ aid, modules }) => [aid, modules.length]),
      applications: applications.map(({ aid }) => aid),
      memory,
    };
  };
  const own = [['f04357524947485400', 2]];
  const applications = [trainingCard.aid.toLowerCase(), 'f0435752494c4f5901'];
  const ready = { protocols: [[['scp03 70'], ['30']]], files: own, applications, memory: 0 };
  const factory = { files: [['a0000001515350', 1]], applications: [], memory: 65_536 };
  expect(['ready', 'scp02', 'factory', 'factory-scp02', 'dual'].map(content)).toEqual([
    ready,
    { ...ready, protocols: [[['scp02 55'], ['30']]] },
    { ...factory, protocols: [[['scp03 70'], ['ff']]] },
    { ...factory, protocols: [[['scp02 55'], ['ff']]] },
    {
      protocols: ready.protocols,
      files: [
        ['f04357524947485400', 3],
        ['a0000001515350', 1],
      ],
      applications: [...applications, '315041592e5359532e4444463031', '325041592e5359532e4444463031'],
      memory: 65_536,
    },
  ]);
});

test('a chip that was kept in format 1 is read and answers as before', async () => {
  const old = {
    format: 1,
    cplc: newChip(make).cplc,
    iin: '999999',
    cin: '4357aabb',
    cardLifeCycle: 15,
    keySet: { version: 48, parameter: 112, enc: key, mac: key, dek: key, sequence: 5, failures: 2 },
    application: {
      aid: trainingCard.aid.toLowerCase(),
      lifeCycle: 15,
      groupings: { '0101': trainingCard.records['0101'].toLowerCase(), '9102': 'a500' },
      transactionCounter: 3,
    },
    loyalty: { aid: 'f0435752494c4f5901', lifeCycle: 7, groupings: {}, transactionCounter: 0 },
    counters: { personalisations: 1, initializeUpdates: 7, authentications: 5, failedAuthentications: 2 },
  };
  const { send, host, state } = inserted({}, [], parseChipState(JSON.stringify(old)));
  expect([await send('80CA004500'), await send('80CA00C100'), await send('80CA004200')]).toEqual([
    '45044357AABB9000',
    'C1030000059000',
    '42039999999000',
  ]);
  expect(await host.open(0x33)).toBe('9000');
  expect(await host.send('80F24000', '4F00', '00')).toBe(`09${trainingCard.aid}0F0009F0435752494C4F590107009000`);
  await send(`00A4040009${trainingCard.aid}00`);
  expect(await send('00B2010C00')).toBe(`${trainingCard.records['0101']}9000`);
  expect(parseChipState(JSON.stringify(state))).toEqual(state);
  expect(chipSerial(state)).toBe(chipSerial(newChip(make)));
  expect(() => parseChipState('{"format":3}')).toThrow('format 1 or 2');
});
