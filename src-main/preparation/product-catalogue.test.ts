import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProducts } from './product-catalogue.ts';
import { loadPaymentProfiles } from './profile-catalogue.ts';

const shipped = new URL('../../assets/profiles/', import.meta.url).pathname;
const layouts = new URL('../../assets/layouts/', import.meta.url).pathname;
const profilesFolder = new URL('../../assets/payment-profiles/', import.meta.url).pathname;
const profiles = await loadPaymentProfiles(profilesFolder);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'products-'));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function change(file: string, edit: (product: Record<string, never>) => unknown): Promise<void> {
  const product = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, never>;
  await writeFile(join(folder, file), JSON.stringify(edit(product)));
}

test('loads the shipped products, one digest each, whatever the order of keys and the blanks', async () => {
  const first = await loadProducts(folder, layouts, profiles);
  await change('gift-print@1.json', (product) => Object.fromEntries(Object.entries(product).reverse()));
  const second = await loadProducts(folder, layouts, profiles);
  expect([...first.keys()]).toEqual([
    'debit-dual-cda@1',
    'debit-enciphered-cda@1',
    'debit-loaded-dda@1',
    'debit-loyalty-dual@1',
    'debit-offline-cda@1',
    'debit-online-dda@1',
    'debit-online-sda@1',
    'debit-scp02-dda@1',
    'emv-debit@1',
    'gift-print@1',
    'loyalty-stripe@1',
  ]);
  expect([...second].map(([, row]) => row.digest)).toEqual([...first].map(([, row]) => row.digest));
  expect([...first.values()].every((row) => /^[0-9a-f]{64}$/.test(row.digest))).toBe(true);
});

test.each([
  ['an unknown key', (p: Record<string, unknown>) => ({ ...p, colour: 'red' }), '-', /colour/],
  ['an unknown order field', (p: Record<string, unknown>) => ({ ...p, fields: { shoeSize: {} } }), 'fields', /./],
  ['a wrong environment', (p: Record<string, unknown>) => ({ ...p, environment: 'demo' }), 'environment', /test/],
  ['another name than its file', (p: Record<string, unknown>) => ({ ...p, version: 2 }), 'id', /gift-print@2\.json/],
  [
    'a track that its orders lack',
    (p: Record<string, unknown>) => ({
      ...p,
      stripe: { kind: 'tracks', coercivity: 'low', tracks: [{ track: 2, from: 'record:track2' }] },
    }),
    'stripe.tracks.0.from',
    /track2/,
  ],
])('refuses a product with %s, naming file and field', async (_what, edit, field, reason) => {
  await change('gift-print@1.json', edit);
  await expect(loadProducts(folder, layouts, profiles)).rejects.toMatchObject({
    code: 'LAYOUT-PRODUCT-INVALID',
    details: {
      file: 'gift-print@1.json',
      field: expect.stringContaining(field) as string,
      reason: expect.stringMatching(reason) as string,
    },
  });
});

test('refuses a file that is no JSON, and a folder that is not there', async () => {
  await writeFile(join(folder, 'loyalty-stripe@1.json'), '{');
  await expect(loadProducts(folder, layouts, profiles)).rejects.toMatchObject({
    details: { file: 'loyalty-stripe@1.json', reason: 'it is no JSON' },
  });
  await expect(loadProducts(join(folder, 'none'), layouts, profiles)).rejects.toMatchObject({
    code: 'LAYOUT-PRODUCT-INVALID',
  });
});

test('a changed layout is another product: what was signed is what is printed', async () => {
  const own = await mkdtemp(join(tmpdir(), 'layouts-'));
  try {
    await cp(layouts, own, { recursive: true });
    const before = await loadProducts(folder, own, profiles);
    await writeFile(
      join(own, 'mercato-gift-front.svg'),
      (await readFile(join(own, 'mercato-gift-front.svg'), 'utf8')) + ' ',
    );
    const after = await loadProducts(folder, own, profiles);
    const changed = [...after].filter(([key, { digest }]) => before.get(key)?.digest !== digest).map(([key]) => key);
    expect(changed).toEqual(['gift-print@1']);
    await rm(join(own, 'mercato-gift-back.svg'));
    await expect(loadProducts(folder, own, profiles)).rejects.toMatchObject({
      details: { file: 'gift-print@1.json', reason: 'there is no layout mercato-gift-back' },
    });
  } finally {
    await rm(own, { recursive: true });
  }
});

test.each<[what: string, further: (one: Record<string, unknown>) => readonly unknown[], field: string, reason: RegExp]>(
  [
    ['an unknown profile', (one) => [{ ...one, profile: 'none@1' }], 'chip.further.0.profile', /no such/],
    [
      'a payment profile',
      (one) => [{ ...one, profile: 'contact-online-pin-dda@1' }],
      'chip.further.0.profile',
      /payment application, not of a loyalty or contact-directory or/,
    ],
    ['a proof of its own', (one) => [{ ...one, proof: {} }], 'chip.further.0.proof', /follows/],
    [
      'the name of the first',
      (one) => [{ ...one, application: 'f04357524947485401' }],
      'chip.further.0.application',
      /name of another/,
    ],
    [
      'a name that begins another',
      (one) => [{ ...one, application: 'f043575249' }],
      'chip.further.0.application',
      /name of/,
    ],
    ['the same application twice', (one) => [one, one], 'chip.further.1.application', /name of another/],
  ],
)('refuses a second application with %s', async (_what, further, field, reason) => {
  await change('debit-loyalty-dual@1.json', (product) => {
    const { chip, ...rest } = product as unknown as { chip: { further: readonly Record<string, unknown>[] } };
    return { ...rest, chip: { ...chip, further: further(chip.further[0] ?? {}) } };
  });
  await expect(loadProducts(folder, layouts, profiles)).rejects.toMatchObject({
    details: { file: 'debit-loyalty-dual@1.json', field, reason: expect.stringMatching(reason) as string },
  });
});

test('the profile of the second application is signed with the product', async () => {
  const before = await loadProducts(folder, layouts, profiles);
  const club = profiles.get('club-membership@1');
  if (club === undefined) throw new Error('a profile is wanted');
  const after = await loadProducts(
    folder,
    layouts,
    new Map([...profiles, ['club-membership@1', { ...club, title: 'x' }]]),
  );
  const changed = [...after].filter(([key, { digest }]) => before.get(key)?.digest !== digest).map(([key]) => key);
  expect(changed).toEqual(['debit-loyalty-dual@1']);
});

test.each([
  ['debit-online-sda@1', { authenticationCode: undefined }, 'authenticationCode', 'is missing'],
  ['debit-online-sda@1', { iccKey: { bits: 1152, exponent: 3 } }, 'iccKey', 'is of no use to the payment profile'],
  ['debit-online-dda@1', { iccKey: undefined }, 'iccKey', 'is missing'],
  ['debit-enciphered-cda@1', { pinKey: undefined }, 'pinKey', 'is missing'],
  ['debit-offline-cda@1', { pinKey: { bits: 1152, exponent: 3 } }, 'pinKey', 'is of no use to the payment profile'],
  ['debit-online-dda@1', { authenticationCode: '0102' }, 'authenticationCode', 'is of no use to the payment profile'],
])(
  'refuses a product that names not what its profile’s authentication and PIN take: %s with %j',
  async (name, edit, field, reason) => {
    await change(`${name}.json`, (product) => {
      const { chip } = product as unknown as { readonly chip: { readonly preparation: object } };
      return { ...product, chip: { ...chip, preparation: { ...chip.preparation, ...edit } } };
    });
    await expect(loadProducts(folder, layouts, profiles)).rejects.toMatchObject({
      details: { file: `${name}.json`, field: `chip.preparation.${field}`, reason },
    });
  },
);
