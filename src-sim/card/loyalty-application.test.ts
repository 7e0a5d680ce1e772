import { beforeEach, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { newChip } from './new-chip.ts';
import { HandWrittenHost } from './hand-written-host.ts';
import { grouping, personalise, trainingCard } from './training-card.ts';

const key = '404142434445464748494a4b4c4d4e4f';
const loyaltyAid = 'F0435752494C4F5901';
const domain = '00A4040008A00000015100000000';
const loyalty = `00A4040009${loyaltyAid}00`;
const payment = `00A4040009${trainingCard.aid}00`;
const install = (aid: string): string => `000009${aid}000000`;
const record = '7012DF40040123456FDF4102476F5F2403280229';
const template = 'A5065004436C7562';
const whole = grouping('0101', record) + grouping('9102', template);

let chip: Chip;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
const host = (): HandWrittenHost => new HandWrittenHost((command) => Promise.resolve(send(command)));

beforeEach(() => {
  chip = new Chip(
    newChip({
      seed: 'test',
      cardId: 'EV1-000001',
      keys: { enc: key, mac: key, dek: key },
      keyVersion: 0x30,
      scpParameter: 0x70,
      applicationAid: trainingCard.aid.toLowerCase(),
      loyaltyAid: loyaltyAid.toLowerCase(),
      iin: '999999',
      cardLifeCycle: 0x0f,
    }),
  );
  chip.reset();
});

/** What a terminal reads of the application, and what it is refused. */
const terminal = (): readonly string[] =>
  [loyalty, '00B2010C00', '00B2020C00', '80A8000002830000', '80CA9F3600'].map((command) => send(command));

test('both applications are personalised in one session, each by its own INSTALL and its own blocks', async () => {
  send(domain);
  const own = host();
  await own.open(0x33);
  expect(await own.send('80E62000', install(trainingCard.aid), '00')).toBe('009000');
  expect(await personalise(own)).toEqual(['9000', '9000', '9000']);
  expect(await own.send('80E28000', whole)).toBe('6985');
  expect(await own.send('80E62000', install(loyaltyAid), '00')).toBe('009000');
  expect(await own.send('80E28000', whole)).toBe('9000');
  expect(await own.send('80E62000', install(loyaltyAid), '00')).toBe('6985');
  expect(terminal()).toEqual([`6F138409${loyaltyAid}${template}9000`, `${record}9000`, '6A83', '6D00', '6D00']);
  expect(send(payment)).toMatch(/9000$/);
  expect(send('00B2010C00')).toBe(`${trainingCard.records['0101']}9000`);
  expect(Object.keys(chip.state.applications[1]?.groupings ?? {}).toSorted()).toEqual(['0101', '9102']);
});

test('takes no key, no processing options, and no last block without its record', async () => {
  send(loyalty);
  const own = host();
  await own.open(0x01);
  for (const id of ['8000', '8010', '9000', '9104', '9115']) {
    expect(await own.send('80E20000', grouping(id, '5001'))).toBe('6A88');
  }
  expect(await own.send('80E28000', grouping('9102', template))).toBe('6985');
  expect(await own.send('80E28000', grouping('0101', record))).toBe('6985');
  expect([
    send('00A4040000').slice(-4),
    chip.state.applications[1]?.lifeCycle,
    chip.state.applications[0]?.lifeCycle,
  ]).toEqual(['9000', 0x07, 0x07]);
});

test('is found by its name, and by the first bytes of it after the payment application', () => {
  expect(send(loyalty)).toBe(`6F0D8409${loyaltyAid}A5009000`);
  expect(send('00A4040005F04357524900')).toBe(`6F0D8409${trainingCard.aid}A5009000`);
  expect(send('00A4040205F04357524900')).toBe(`6F0D8409${loyaltyAid}A5009000`);
  expect(send('00A4040205F04357524900')).toBe('6A82');
});

test('stands in the registry and not in the directory of payment applications', async () => {
  send(domain);
  const own = host();
  await own.open(0x33);
  await own.send('80E62000', install(loyaltyAid), '00');
  await own.send('80E28000', whole);
  expect(await own.send('80F24000', '4F00', '00')).toBe(`09${trainingCard.aid}070009${loyaltyAid}0F009000`);
  expect(await own.send('80F21002', '4F00', '00')).toBe(
    'E3314F09F043575249474854009F700101840AF0435752494748540001840AF0435752494748540002CC08A0000001510000009000',
  );
  expect(send('00A404000E315041592E5359532E444446303100')).toBe('6A82');
});
