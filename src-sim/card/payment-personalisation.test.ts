import { beforeAll, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { certifiedModulus, publicKeyPem } from './hand-written-certificates.ts';
import { byte, HandWrittenHost } from './hand-written-host.ts';
import { lengthByte, recovered, sha1, tlv, valueOf } from './hand-written-issuer.ts';
import { HandWrittenScp02Host } from './hand-written-scp02-host.ts';
import { newChip } from './new-chip.ts';
import type { BlankKind } from './new-chip.ts';
import { fciTemplate, groupingsOf, lowerCase, makeCardKeys, options } from './payment-card.ts';
import type { CardKeys } from './payment-card.ts';
import { grouping, trainingCard } from './training-card.ts';

const key = '404142434445464748494a4b4c4d4e4f';
const contactName = '315041592E5359532E4444463031';
const proximityName = '325041592E5359532E4444463031';
const entry = tlv('61', tlv('4F', trainingCard.aid) + '500454455354' + '870101');
const contactlessTemplate = tlv('A5', '5004544553549F38069F66049F3704');
const contactlessOptions = '82023900940408010400';

let keys: CardKeys;
beforeAll(() => {
  keys = makeCardKeys();
});

function blankOf(blank: BlankKind): Chip {
  const made = newChip({
    seed: 'test',
    cardId: 'EV1-000001',
    keys: { enc: key, mac: key, dek: key },
    keyVersion: 0x30,
    scpParameter: 0x70,
    applicationAid: trainingCard.aid.toLowerCase(),
    iin: '999999',
    cardLifeCycle: 0x0f,
    blank,
  });
  return new Chip(made);
}

function sent(chip: Chip, command: string): string {
  return toHex(chip.exchange(fromHex(command))).toUpperCase();
}

type Host = Pick<HandWrittenHost, 'send' | 'sensitive'>;

/** Sends groupings in blocks of at most `room` bytes that do not care where a grouping ends, secret ones enciphered. */
async function store(
  host: Host,
  room: number,
  groupings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const [secret, open] = ['8', ''].map((first) =>
    Object.entries(groupings)
      .filter(([id]) => id.startsWith('8') === (first === '8'))
      .map(([id, data]) => grouping(id, first === '8' ? host.sensitive(data) : data))
      .join(''),
  );
  const blocks = [
    ...cut(secret ?? '', room).map((data) => ({ data, p1: '60' })),
    ...cut(open ?? '', room).map((data) => ({ data, p1: '00' })),
  ];
  const words: string[] = [];
  for (const [at, { data, p1 }] of blocks.entries()) {
    const last = at === blocks.length - 1;
    words.push(await host.send(`80E2${last ? '80' : p1}${byte(at)}`, data));
  }
  return [...new Set(words)];
}

function cut(text: string, room: number): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += room * 2) parts.push(text.slice(at, at + room * 2));
  return parts;
}

function whole(): Record<string, string> {
  return groupingsOf({
    keys,
    groupings: {
      '9103': contactlessTemplate,
      '9105': contactlessOptions,
      // More than 254 bytes: the length has three.
      '9117': tlv('DF02', 'A5'.repeat(300)),
    },
  });
}

test('payment application and both directories are personalised over the wire, and each side reads as its terminal expects', async () => {
  const chip = blankOf('dual');
  sent(chip, '00A4040008A00000015100000000');
  const host = new HandWrittenHost((command) => Promise.resolve(sent(chip, command)));
  expect(await host.open(0x33)).toBe('9000');
  const install = async (aid: string): Promise<string> =>
    host.send('80E62000', `0000${lengthByte(aid)}${aid}000000`, '00');
  expect([await install(trainingCard.aid), await store(host, 199, whole())]).toEqual(['009000', ['9000']]);
  expect([
    await install(contactName),
    await store(host, 199, { '9102': 'A503880101', '0101': tlv('70', entry) }),
    await install(proximityName),
    await store(host, 199, { '9102': tlv('A5', tlv('BF0C', entry)) }),
  ]).toEqual(['009000', ['9000'], '009000', ['9000']]);
  expect(chip.state.applications[0]?.groupings).toEqual(lowerCase(whole()));

  const select = (on: Chip, name: string): string => sent(on, `00A40400${lengthByte(name)}${name}00`);
  expect([select(chip, contactName), sent(chip, '00B2010C00'), sent(chip, '00B2020C00')]).toEqual([
    `${tlv('6F', `840E${contactName}A503880101`)}9000`,
    `${tlv('70', entry)}9000`,
    '6A83',
  ]);
  expect(select(chip, trainingCard.aid)).toContain(fciTemplate);
  expect(sent(chip, '80A800000683041122334400')).toBe(`${tlv('77', options)}9000`);
  expect(signs(chip)).toBe('signed by the certified key');
  // Case 2 with an Le of two bytes.
  expect(sent(chip, '80CADF02000200')).toBe(`${tlv('DF02', 'A5'.repeat(300))}9000`);

  const tapped = new Chip(chip.state, { side: 'contactless' });
  expect(select(tapped, proximityName)).toBe(
    `${tlv('6F', `840E${proximityName}${tlv('A5', tlv('BF0C', entry))}`)}9000`,
  );
  expect(select(tapped, trainingCard.aid)).toContain(contactlessTemplate);
  expect(sent(tapped, '80A800000A8308360040001122334400')).toBe(`${tlv('77', contactlessOptions)}9000`);
  expect(signs(tapped)).toBe('signed by the certified key');
});

/** Recovers the card's key from its certificates and checks one DDA with it. */
function signs(chip: Chip): string {
  const [third, fourth] = [sent(chip, '00B2030C00'), sent(chip, '00B2040C00')];
  const read = (record: string, tag: string): string => valueOf(record, tag) ?? '';
  const exponent = read(third, '9F32');
  const issuer = certifiedModulus(keys.scheme, {
    certificate: read(third, '90'),
    remainder: read(third, '92'),
    exponent,
  });
  const card = certifiedModulus(
    { modulus: issuer, exponent },
    { certificate: read(fourth, '9F46'), remainder: read(fourth, '9F48'), exponent: read(fourth, '9F47') },
  );
  const answer = sent(chip, '00880000041122334400');
  const block = recovered(publicKeyPem(card, read(fourth, '9F47')), valueOf(answer, '9F4B') ?? '');
  return block.endsWith(`${sha1(`${block.slice(2, -42)}11223344`)}BC`) ? 'signed by the certified key' : block;
}

test('under SCP02 the same groupings arrive, enciphered in blocks of eight', async () => {
  const chip = blankOf('scp02');
  sent(chip, `00A4040009${trainingCard.aid}00`);
  const host = new HandWrittenScp02Host((command) => Promise.resolve(sent(chip, command)));
  expect(await host.open(0x03)).toBe('9000');
  expect(await store(host, 199, whole())).toEqual(['9000']);
  expect(chip.state.applications[0]?.groupings).toEqual(lowerCase(whole()));
  sent(chip, `00A4040009${trainingCard.aid}00`);
  expect(sent(chip, '80A800000683041122334400')).toBe(`${tlv('77', options)}9000`);
  expect(signs(chip)).toBe('signed by the certified key');
});

test('groupings of the second side and of the PIN are held to their rules', async () => {
  const chip = blankOf('ready');
  sent(chip, `00A4040009${trainingCard.aid}00`);
  const host = new HandWrittenHost((command) => Promise.resolve(sent(chip, command)));
  await host.open(0x01);
  const refused: readonly (readonly [string, string])[] = [
    ['9103', '5004544553549F38'],
    ['9105', '82021900'],
    ['9105', '94040801040082021900'],
    ['9104', '80057900080104'],
    ['9010', '0300'],
    ['9010', '0403'],
    ['9010', '0110'],
  ];
  for (const [id, data] of refused) {
    expect([id, data, await host.send('80E20000', grouping(id, data))]).toEqual([id, data, '6A80']);
  }
  // The file locator of the contactless side names a record that is not there.
  expect(await store(host, 199, { ...whole(), '9105': '82023900940408010500' })).toEqual(['9000', '6985']);
});
