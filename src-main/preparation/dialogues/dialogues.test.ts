import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema } from '#shared/domain/product.ts';
import { openCardBench, type CardBench } from '../card-bench.fixture.ts';
import type { PreparedCard } from '../port.ts';
import { bringTrainingCardKeys } from '../training-card-keys.ts';
import { sampleOrder } from '../training-order.fixture.ts';
import { dryRun } from './dry-run.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';

const { signal } = new AbortController();
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openCardBench();
  card = await bench.card(sampleOrder('emv-debit@1', 7));
});
afterAll(() => bench.close());

async function chipOf(id: string): Promise<Record<string, unknown>> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    readonly cards: Record<string, Record<string, unknown>>;
  };
  return cards[id] ?? {};
}

test('personalises a chip in one session, the journal told before the first data and after the last; the chip is then no blank', async () => {
  const marks: string[] = [];
  const link = await bench.chip.insert('person-1');
  await bench.run(bench.preparation.personalise(card), card, link, marks);
  expect(marks).toEqual(['authentication-begun', 'authenticated', 'personalisation-begun', 'personalised']);
  expect(await chipOf('person-1')).toMatchObject({
    applicationLifeCycle: 0x0f,
    groupings: ['0101', '0102', '0201', '8000', '8010', '9102', '9104'],
    personalisations: 1,
    failuresInARow: 0,
  });
  await link.close();
  const again = await bench.chip.insert('person-1');
  const { findings } = await bench.run(bench.preparation.preflight(bench.product, again), card, again);
  expect(findings).toMatchObject([{ code: 'PREFLIGHT-PERSONALISED' }]);
  const refused = bench.run(bench.preparation.personalise(card), card, again, marks);
  await expect(refused).rejects.toMatchObject({ code: 'CARD-STATUS', details: { statusWord: '6985' } });
});

test("gives a blank with its maker's keys those of the issuer, personalises it in their channel, and knows it afterwards", async () => {
  const factoryKeys = { keySet: 'key:northbank/scp03', keyVersion: 48 };
  const keySet = 'kmc:kdf3:kmc-scp03/northbank/1';
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  const renewedChip = { ...chip, keySet, factoryKeys, preflight: { ...chip.preflight, keyVersion: 49 } };
  const product = productSchema.parse({ ...bench.product, chip: renewedChip });
  await bringTrainingCardKeys(bench.keys, product, () => true, signal);
  const renewed = await bench.card(sampleOrder('emv-debit@1', 9), product);
  const link = await bench.chip.insert('renewed-1');
  const fits = await bench.run(bench.preparation.preflight(product, link), renewed, link);
  expect(fits.findings).toEqual([]);
  const marks: string[] = [];
  await bench.run(bench.preparation.personalise(renewed), renewed, link, marks);
  const opened = ['authentication-begun', 'authenticated'];
  const replaced = ['card-keys-begun', ...opened, 'card-keys-replaced'];
  expect(marks).toEqual([...opened, ...replaced, 'personalisation-begun', 'personalised']);
  await link.close();
  const again = await bench.chip.insert('renewed-1');
  const { findings } = await bench.run(bench.preparation.preflight(product, again), renewed, again);
  expect(findings[0]).toMatchObject({
    code: 'PREFLIGHT-KEY-VERSION',
    text: "the chip has the issuer's keys of version 49 already: an earlier attempt replaced its maker's",
  });
  const keyChecks = (name: string) => [{ name, kcv: 'A1B2C3' }];
  const script = dryRun({ card: renewed, keyChecks, verificationKey: null }).flatMap(scriptLines);
  const from = script.findIndex((line) => line.startsWith('* encipher'));
  expect(script.slice(from, from + 16)).toMatchInlineSnapshot(`
    [
      "* encipher version 49 of the card's own keys, derived by kdf3 for the card, as new keys: kmc-scp03/northbank/1 (KCV A1B2C3)",
      "= card-keys-begun",
      "> PUT KEY: 80D83081 <70 bytes>",
      "    new card keys: <70 bytes, made for the card>",
      "> SELECT the card manager: 00A40400",
      "= authentication-begun",
      "> INITIALIZE UPDATE: 80503100 <8 bytes>",
      "    host's challenge: <8 bytes, made for the card>",
      "* open the secure channel with version 49 of the card's own keys, derived by kdf3, security level 33: kmc-scp03/northbank/1 (KCV A1B2C3)",
      "> EXTERNAL AUTHENTICATE: 84823300 <16 bytes>",
      "    host's cryptogram and MAC: <16 bytes, made for the card>",
      "= authenticated",
      "> GET DATA 00E0: 80CA00E0",
      "= card-keys-replaced",
      "* encipher 64 bytes of the order's container for the card: dgi-transport/northbank/1 (KCV A1B2C3)",
      "* encipher 16 bytes of the order's container for the card: dgi-transport/northbank/1 (KCV A1B2C3)",
    ]
  `);
});

test('does not prove itself to a chip with other keys, and stores nothing', async () => {
  await bench.chip.control({ fault: 'wrong-keys' });
  const marks: string[] = [];
  const link = await bench.chip.insert('foreign-1');
  const refused = bench.run(bench.preparation.personalise(card), card, link, marks);
  await expect(refused).rejects.toMatchObject({ code: 'KEYS-CARD-CRYPTOGRAM' });
  expect(marks).toEqual(['authentication-begun']);
  expect(await chipOf('foreign-1')).toMatchObject({ groupings: [], failuresInARow: 0 });
});

test('names the command that the chip refused, and a chip that went away', async () => {
  await bench.chip.control({ fault: 'status-at-apdu', n: 5, sw: '6A80' });
  const link = await bench.chip.insert('refusing-1');
  await expect(bench.run(bench.preparation.personalise(card), card, link)).rejects.toMatchObject({
    code: 'CARD-STATUS',
    details: { command: expect.stringMatching(/^STORE DATA 2 of \d+ \(/) as string, statusWord: '6A80' },
  });
  await bench.chip.control({ fault: 'pull-at-apdu', n: 4, executed: false });
  const marks: string[] = [];
  const pulled = await bench.chip.insert('pulled-1');
  await expect(bench.run(bench.preparation.personalise(card), card, pulled, marks)).rejects.toMatchObject({
    code: 'CARD-GONE',
  });
  expect(marks).toEqual(['authentication-begun', 'authenticated', 'personalisation-begun']);
});

test('needs every key before the first data goes to the chip', async () => {
  const order = sampleOrder('emv-debit@1', 8);
  if (order.chip === undefined) throw new Error('a chip order is wanted');
  const transportKey = { name: 'dgi-transport/northbank/9', kcv: '000000' };
  const unknown = await bench.card({ ...order, chip: { ...order.chip, transportKey } });
  const marks: string[] = [];
  const link = await bench.chip.insert('unknown-key-1');
  const refused = bench.run(bench.preparation.personalise(unknown), unknown, link, marks);
  await expect(refused).rejects.toMatchObject({ code: 'KEYS-NOT-FOUND' });
  expect([marks, (await chipOf('unknown-key-1'))['groupings']]).toEqual([
    ['authentication-begun', 'authenticated'],
    [],
  ]);
});

test('writes the script for review: every command, no value of a person, an account or a key', () => {
  const keyChecks = (name: string) => [{ name: `${name}/1`, kcv: 'A1B2C3' }];
  const script = dryRun({ card, keyChecks, verificationKey: null }).flatMap(scriptLines).join('\n');
  expect(script).toMatchInlineSnapshot(`
    "# The blank is checked; nothing is changed on it
    > SELECT the card manager: 00A40400
    > GET DATA 9F7F: 80CA9F7F
    > GET DATA 00E0: 80CA00E0
    > GET DATA 0066: 80CA0066
    > GET STATUS of the card manager: 80F28002 <2 bytes>
        search criteria: 4F00
    > SELECT the application: 00A40400 <9 bytes>
        application: F04357524947485401
    > READ RECORD 1/1: 00B2010C
    > READ RECORD 1/2: 00B2020C
    > READ RECORD 2/1: 00B20114
    # The chip is personalised
    > SELECT the application: 00A40400 <9 bytes>
        application: F04357524947485401
    = authentication-begun
    > INITIALIZE UPDATE: 80503000 <8 bytes>
        host's challenge: <8 bytes, made for the card>
    * open the secure channel with version 48 of the key set, security level 33: northbank/scp03/1 (KCV A1B2C3)
    > EXTERNAL AUTHENTICATE: 84823300 <16 bytes>
        host's cryptogram and MAC: <16 bytes, made for the card>
    = authenticated
    * encipher 64 bytes of the order's container for the card: dgi-transport/northbank/1/1 (KCV A1B2C3)
    * encipher 16 bytes of the order's container for the card: dgi-transport/northbank/1/1 (KCV A1B2C3)
    = personalisation-begun
    > STORE DATA 1 of 3 (0101, 0102, 0201, 9102): 80E20000 <231 bytes>
        DGI 0101 track 2 equivalent data and name: <38 bytes>
          70 READ RECORD Response Message Template: <36 bytes>
            57 Track 2 Equivalent Data: 990008••••••1527 … <19 bytes>
            5F20 Cardholder Name: <12 bytes, the order's>
        DGI 0102 account, dates, usage and issuer action codes: <80 bytes>
          70 READ RECORD Response Message Template: <78 bytes>
            5A Application Primary Account Number (PAN): 990008••••••1527 <8 bytes>
            5F24 Application Expiration Date: <3 bytes, the order's>
            5F25 Application Effective Date: <3 bytes, the order's>
            5F28 Issuer Country Code: 0276
            5F34 Application PAN Sequence Number: <1 byte, the order's>
            8E Cardholder Verification Method List: 0000000000000000410342035E031F03
            9F07 Application Usage Control: FF80
            9F0D Issuer Action Code - Default: B0609C8800
            9F0E Issuer Action Code - Denial: 0010000000
            9F0F Issuer Action Code - Online: B0689C9800
        DGI 0201 data object lists, service code, version and currency: <65 bytes>
          70 READ RECORD Response Message Template: <63 bytes>
            5F30 Service Code: <2 bytes, the order's>
            8C Card Risk Management Data Object List 1: 9F02069F03069F1A0295055F2A029A039C019F3704
            8D Card Risk Management Data Object List 2: 8A029F02069F03069F1A0295055F2A029A039C019F3704
            9F08 Application Version Number: 0002
            9F42 Application Currency Code: 0978
        DGI 9102 file control information: <36 bytes>
          A5 File Control Information Proprietary Template: <34 bytes>
            50 Application Label: 4E4F52544842414E4B204445424954
            87 Application Priority Indicator: 01
            9F38 Processing Options Data Object List: 9F1A025F2A02
            5F2D Language Preference: 656E
    > STORE DATA 2 of 3 (9104): 80E20001 <17 bytes>
        DGI 9104 application interchange profile and file locator: <14 bytes>
          82 Application Interchange Profile: 1C00
          94 Application File Locator: 0801020010010100
    > STORE DATA 3 of 3 (8000, 8010): 80E2E002 <86 bytes>
        DGI 8000 application cryptogram keys: <64 bytes, secret>
        DGI 8010 reference PIN block: <16 bytes, secret>
    = personalised
    # The stripe is written (high coercivity)
      track 1: 990008••••••1527 … <48 characters>
      track 2: 990008••••••1527 … <37 characters>
    # The card is printed
      front: layout northbank-debit-front, ribbon ymcko
      back: layout northbank-debit-back, ribbon ymcko"
  `);
  const text = (reference: string) => Buffer.from(card.resolve(reference)).toString('utf8');
  const order = ['pan', 'encodedName', 'printName', 'track1', 'track2', 'expiry'].map((field) =>
    text(`record:${field}`),
  );
  const hex = (value: string) => Buffer.from(value, 'latin1').toString('hex');
  for (const value of order)
    for (const form of [value, hex(value), value.replaceAll('=', 'D')]) {
      expect(script.toUpperCase()).not.toContain(form.toUpperCase());
    }
  for (const dgi of ['8000', '8010']) {
    expect(script.toLowerCase()).not.toContain(Buffer.from(card.resolve(`container:${dgi}`)).toString('hex'));
  }
});
