import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { productSchema } from './product.ts';
import { secureChannel } from './secure-channel.ts';
import { storeDataOf } from './store-data-options.ts';

const shipped = JSON.parse(
  readFileSync(new URL('../../assets/profiles/emv-debit@1.json', import.meta.url), 'utf8'),
) as { readonly chip: object };
const withChip = (change: object): unknown => ({ ...shipped, chip: { ...shipped.chip, ...change } });
const findings = (content: unknown): readonly string[] =>
  (productSchema.safeParse(content).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);

test('a product that says nothing of how its chip is spoken to gains nothing when it is read, so its digest stays', () => {
  const { chip } = productSchema.parse(shipped);
  expect(Object.keys(chip).sort()).toEqual(Object.keys(shipped.chip).sort());
  expect(storeDataOf({})).toEqual({
    grouping: 'fill',
    structure: 'unstated',
    target: 'application',
    padding: 'always',
    committed: null,
  });
});

test.each([
  ['several applications', { further: [{}] }],
  ['factory keys', { factoryKeys: {} }],
  ['a final life cycle', { endLifeCycle: 'SECURED' }],
])('a chip with %s is spoken to through its security domain', (_what, chip) => {
  expect(storeDataOf(chip).target).toBe('security-domain');
});

test.each([
  [
    'SCP03 with R-MAC that the card lacks',
    { protocol: 'scp03', parameter: '10', level: '11' },
    /R-MAC, which SCP03 i=10/,
  ],
  [
    'SCP03 with R-ENC that the card lacks',
    { protocol: 'scp03', parameter: '30', level: '33' },
    /R-ENC, which SCP03 i=30/,
  ],
  [
    'SCP02 with R-MAC that the card lacks',
    { protocol: 'scp02', parameter: '55', level: '13' },
    /R-MAC, which SCP02 i=55/,
  ],
  ['SCP02 with R-ENC, which it does not know', { protocol: 'scp02', parameter: '55', level: '33' }, /./],
  ['no MAC on commands', { protocol: 'scp03', parameter: '70', level: '00' }, /./],
  ['a parameter that the standard does not have', { protocol: 'scp03', parameter: '40', level: '03' }, /./],
])('refuses %s', (_what, channel, reason) => {
  expect(findings(withChip({ secureChannel: channel })).join()).toMatch(reason);
});

test('takes every level that the parameter gives', () => {
  const levels = ['01', '03', '11', '13', '33'] as const;
  const given = (protocol: string, parameter: string) =>
    levels.filter((level) => secureChannel.safeParse({ protocol, parameter, level }).success);
  for (const parameter of ['00', '01', '10', '11']) expect(given('scp03', parameter)).toEqual(['01', '03']);
  for (const parameter of ['20', '21', '30', '31']) expect(given('scp03', parameter)).toEqual(['01', '03', '11', '13']);
  for (const parameter of ['60', '61', '70', '71']) expect(given('scp03', parameter)).toEqual(levels);
  for (const parameter of ['15', '55']) expect(given('scp02', parameter)).toEqual(['01', '03']);
});

test('takes and refuses what is said together', () => {
  const factoryKeys = { keySet: 'key:maker/scp03', keyVersion: 255 };
  expect(findings(withChip({ factoryKeys, endLifeCycle: 'SECURED', storeData: { committed: '0f' } }))).toEqual([]);
  expect(findings(withChip({ factoryKeys: { ...factoryKeys, keySet: 'key:northbank/scp03' } }))).toEqual([
    'chip.factoryKeys.keySet is the key set that replaces it',
  ]);
  expect(findings(withChip({ factoryKeys: { ...factoryKeys, way: 'replace' } }))).toEqual([
    'chip.factoryKeys.way is replace, and the initial keys of version FF end when others are added',
  ]);
  expect(findings(withChip({ keySet: 'kmc:kdf3:kmc-scp03/northbank/1', factoryKeys }))).toEqual([]);
  expect(findings(withChip({ keySet: 'kmc:visa2:kmc-scp02/northbank/1', factoryKeys }))).toEqual([
    'chip.keySet derives keys of SCP02, and the channel is SCP03',
  ]);
  expect(findings(withChip({ endLifeCycle: 'SECURED', storeData: { target: 'application' } }))).toEqual([
    "chip.storeData.target is the application, and the card's life cycle is set through the security domain",
  ]);
  expect(findings(withChip({ storeData: { committed: '0f' } }))).toEqual([
    'chip.storeData.committed is read in the security domain, and the application is spoken to',
  ]);
});
