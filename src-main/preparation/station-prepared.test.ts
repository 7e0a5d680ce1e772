import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, toHex } from '#shared/bytes/bytes.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { KeyPort } from '../keys/port.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { runDialogue } from '../production/dialogue-runner.ts';
import type { Verdict } from '../verification/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { PreparedCard } from './port.ts';
import type { IssuerMeans } from './station/issuer-means.ts';
import { sampleOrder } from './training-order.fixture.ts';

const { signal } = new AbortController();
const verification = await shippedVerification();
const products = ['debit-online-dda@1', 'debit-offline-cda@1', 'debit-loyalty-dual@1'] as const;

describe.each(products)('a card of %s', (reference) => {
  let bench: CardBench;
  let order: OrderRecord;
  let card: PreparedCard;
  beforeAll(async () => {
    bench = await openBenchFor(reference);
    order = sampleOrder(reference, 7);
    card = await bench.card(order);
  });
  afterAll(() => bench.close());

  const onCard = async <Result>(id: string, run: (link: CardLink) => Promise<Result>): Promise<Result> => {
    const link = await bench.chip.insert(id);
    try {
      return await run(link);
    } finally {
      await link.close();
    }
  };
  const personalise = (id: string, by = card) =>
    onCard(id, (link) => bench.run(bench.preparation.personalise(by), by, link));
  const prove = (id: string, by = card): Promise<Verdict> =>
    onCard(id, (link) => bench.run(verification.proveChip(by), by, link));
  /** Personalises with acts of the key port that answer otherwise; says what came of it and in which state the chip is. */
  const spoiled = async (id: string, acts: Partial<KeyPort>): Promise<unknown> => {
    const keys = { ...bench.keys, ...acts };
    const ground = {
      keys,
      randomness: systemRandomness,
      mark: () => Promise.resolve(),
      exchangeDeadline: 5000,
      signal,
    };
    const fault: unknown = await onCard(id, (link) =>
      runDialogue(bench.preparation.personalise(card), {
        ...ground,
        link,
        resolve: (name) => card.resolve(name),
      }).catch((thrown: unknown) => thrown),
    );
    const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
      cards: Record<string, { personalisations: number }>;
    };
    return [fault, cards[id]?.personalisations];
  };
  const refusal = (change: Partial<OrderRecord>, product?: Product, means?: IssuerMeans): Promise<unknown> =>
    bench.card({ ...order, ...change }, product, means).catch((thrown: unknown) => thrown);

  test('is prepared from the issuer’s keys, goes onto a chip, and is proven as a terminal proves it', async () => {
    await personalise('good');
    expect(await prove('good')).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
    expect(verification.proveStripe(card, card.tracks)).toMatchObject({ verdict: 'same', findings: [] });
  });

  test('bears the CVV on its stripe, the iCVV in its chip and the CVV2 in print, each computed by itself', async () => {
    const cvk = 'cvk/northbank/1';
    const { pan = '', expiry = '', serviceCode = '', encodedName = '' } = order;
    const value = async (kind: 'cvv' | 'cvv2' | 'icvv', yearMonth: string) =>
      (
        await bench.keys.cardVerificationValues(
          { cvk, pan, serviceCode, wanted: [{ kind, expiry: yearMonth }] },
          signal,
        )
      )[0];
    const monthYear = expiry.slice(2) + expiry.slice(0, 2);
    const [cvv, icvv, cvv2] = [await value('cvv', expiry), await value('icvv', expiry), await value('cvv2', monthYear)];
    expect(card.tracks).toEqual({
      track1: `B${pan}^${encodedName}^${expiry}${serviceCode}00000${cvv}00`,
      track2: `${pan}=${expiry}${serviceCode}00000${cvv}00`,
    });
    expect(fromUtf8(card.resolve('card:track2'))).toBe(`${pan}=${expiry}${serviceCode}00000${icvv}00`);
    expect(toHex(card.resolve('built:0101'))).toContain(`5711${pan}d${expiry}${serviceCode}00000${icvv}00`);
    expect(fromUtf8(card.resolve('record:cvv2'))).toBe(cvv2);
  });

  test('has a plan and a script without any secret or personal value', () => {
    const text =
      JSON.stringify(card.plan) + JSON.stringify(dryRun({ card, keyChecks: () => [], verificationKey: null }));
    const { pan = '', encodedName = '', printName = '' } = order;
    const sealed = toHex(card.resolve('card:icc-key'));
    for (const value of [pan, encodedName, printName, sealed.slice(0, 32), card.tracks.track2 ?? '-']) {
      expect(text).not.toContain(value);
    }
    expect(card.plan.chip).toMatchObject({
      station: {
        cardKeys: { imkAc: 'imk-ac/northbank/1', imkSmi: 'imk-smi/northbank/1', imkSmc: 'imk-smc/northbank/1' },
        derivation: 'A',
        issuerKey: 'issuer-rsa/northbank/1',
      },
    });
    expect(text).toContain("derive the card's keys by option A");
    expect(text).toContain("encipher the card's own key pair of 1152 bits");
  });

  test.each([
    ['8F', '8f'],
    ['90', '90'],
    ['9F32', '90'],
    ['9F46', '9f46'],
    ['9F47', '9f46'],
    ['9F48', '9f46'],
    ['8E', '9f46'],
    ['82', '9f46'],
  ])('with an altered %s fails at its certificates: %s is named', async (tag, item) => {
    await personalise(`altered-${tag}`);
    await bench.chip.control({ fault: 'wrong-read', tag });
    const { verdict, findings } = await prove(`altered-${tag}`);
    await bench.chip.control({ clear: true }).catch(() => undefined);
    expect(verdict).toBe('differs');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'PROOF-CERTIFICATE', item }));
  });

  test('with the key pair of another preparation of the same order is found', async () => {
    const second = await bench.card(order);
    await personalise('other-pair', second);
    const { findings } = await prove('other-pair');
    expect(findings.map(({ code, item }) => `${code} ${item}`)).toEqual(['PROOF-RECORD 3/3', 'PROOF-CERTIFICATE 9f46']);
  });

  test('is refused by the chip when check values or key parts do not fit, and nothing is committed', async () => {
    const wrongChecks = await spoiled('wrong-checks', {
      cardKeysGrouping: async (...words) => {
        const { value, checkValues } = await bench.keys.cardKeysGrouping(...words);
        return { value, checkValues: checkValues.map((byte, at) => (at === 8 ? byte ^ 1 : byte)) };
      },
    });
    expect(wrongChecks).toEqual([expect.objectContaining({ code: 'CARD-STATUS' }), 0]);
    const missing = await spoiled('missing-part', {
      iccKeyGroupings: async (...words) => (await bench.keys.iccKeyGroupings(...words)).slice(1),
    });
    expect(missing).toEqual([expect.objectContaining({ code: 'CARD-PERSONALISATION' }), 0]);
    const longer = await spoiled('longer-part', {
      iccKeyGroupings: async (...words) =>
        (await bench.keys.iccKeyGroupings(...words)).map((part) => ({ ...part, value: part.value.slice(16) })),
    });
    expect(longer).toEqual([expect.objectContaining({ code: 'CARD-PERSONALISATION' }), 0]);
  });

  test('is not begun where a key does not serve, is of another usage, or of another pair than its certificate', async () => {
    const { means } = bench;
    let taken = 0;
    const counting: IssuerMeans = {
      ...means,
      iccKeys: {
        take: (...words) => {
          taken++;
          return means.iccKeys.take(...words);
        },
      },
    };
    for (const usage of ['imk-ac', 'imk-smi', 'imk-smc', 'cvk'] as const) {
      const without: IssuerMeans = {
        ...counting,
        usable: {
          ...means.usable,
          requireUsable: (wanted, issuer, ...rest) => {
            if (wanted === usage) throw new StationFault('KEYS-EXPIRED', { name: usage, validUntil: '2026-01-31' });
            return means.usable.requireUsable(wanted, issuer, ...rest);
          },
        },
      };
      expect(await refusal({}, undefined, without)).toMatchObject({
        code: 'KEYS-EXPIRED',
        details: { name: usage },
      });
    }
    const wrongUsage: IssuerMeans = {
      ...counting,
      usable: { ...means.usable, requireUsable: () => 'imk-ac/northbank/1' },
    };
    expect(await refusal({}, undefined, wrongUsage)).toMatchObject({ code: 'KEYS-REFUSED' });
    expect(taken).toBe(0);
    const certificate = means.certificates.newest(bench.product.issuer, means.now());
    if (certificate === null) throw new Error('a certificate is wanted');
    const withCertificate = (found: typeof certificate | null): IssuerMeans => ({
      ...counting,
      certificates: { newest: () => found },
    });
    expect(await refusal({}, undefined, withCertificate(null))).toMatchObject({
      code: 'PREPARATION-CERTIFICATE-MISSING',
      details: { rid: 'F043575249' },
    });
    expect(await refusal({}, undefined, withCertificate({ ...certificate, expires: '2027-01' }))).toMatchObject({
      code: 'PREPARATION-CERTIFICATE-ENDS',
      details: { certificate: '01/2027' },
    });
    expect(taken).toBe(0);
    const other = {
      ...certificate.publicKey,
      modulus: certificate.publicKey.modulus.map((byte, at) => (at === 9 ? byte ^ 2 : byte)),
    };
    expect(await refusal({}, undefined, withCertificate({ ...certificate, publicKey: other }))).toMatchObject({
      code: 'CERT-SIGNER',
    });
  });

  test('that was made ahead is made again when keys or certificate changed meanwhile, and not at all after a key was compromised', async () => {
    const { means } = bench;
    const second = await bench.certified({ serial: '000002' });
    let state: 'as released' | 'another certificate' | 'compromised' = 'as released';
    let taken = 0;
    const changing: IssuerMeans = {
      ...means,
      usable: {
        ...means.usable,
        requireUsable: (usage, ...rest) => {
          if (state === 'compromised') throw new StationFault('KEYS-COMPROMISED', { name: usage });
          return means.usable.requireUsable(usage, ...rest);
        },
      },
      certificates: {
        newest: (issuer, at) => (state === 'as released' ? means.certificates.newest(issuer, at) : second),
      },
      iccKeys: {
        take: (...words) => {
          taken++;
          return means.iccKeys.take(...words);
        },
      },
    };
    const orders = [1, 2, 3].map((number) => sampleOrder(reference, number));
    const { preparation, batch } = await bench.preparationOf(orders, changing);
    const [same, renewed, never] = orders.map(({ orderId }) => ({ batch, order: orderId }));
    if (same === undefined || renewed === undefined || never === undefined) throw new Error('three orders are wanted');
    preparation.readyAhead([same, renewed, never]);
    await expect.poll(() => taken).toBe(3);
    (await preparation.prepare(same, signal)).dispose();
    expect(taken).toBe(3);
    state = 'another certificate';
    const card = await preparation.prepare(renewed, signal);
    expect([taken, toHex(card.resolve('built:0301')).endsWith(toHex(second.certificate))]).toEqual([4, true]);
    state = 'compromised';
    await expect(preparation.prepare(never, signal)).rejects.toMatchObject({ code: 'KEYS-COMPROMISED' });
    preparation.close();
  });

  test('is not made with a key that nobody signed: neither anew nor when it was made ahead', async () => {
    const { means } = bench;
    let taken = 0;
    const counting: IssuerMeans = {
      ...means,
      iccKeys: {
        take: (...words) => {
          taken++;
          return means.iccKeys.take(...words);
        },
      },
    };
    const asked = new Set<string>();
    let unsigned = '';
    const orders = [1, 2].map((number) => sampleOrder(reference, number));
    const { preparation, batch } = await bench.preparationOf(orders, counting, (_, key) => {
      asked.add(key);
      return key === unsigned ? 'no' : 'yes';
    });
    const [ahead, anew] = orders.map(({ orderId }) => ({ batch, order: orderId }));
    if (ahead === undefined || anew === undefined) throw new Error('two orders are wanted');
    preparation.readyAhead([ahead]);
    await expect.poll(() => taken).toBe(1);
    expect([...asked].map((name) => name.split('/')[0] ?? '').toSorted((one, other) => (one < other ? -1 : 1))).toEqual(
      ['cvk', 'imk-ac', 'imk-smc', 'imk-smi', 'issuer-rsa'],
    );
    for (const key of asked) {
      unsigned = key;
      const refused = { code: 'PREPARATION-KEY-NOT-SIGNED', details: { key } };
      await expect(preparation.prepare(anew, signal)).rejects.toMatchObject(refused);
    }
    await expect(preparation.prepare(ahead, signal)).rejects.toMatchObject({ code: 'PREPARATION-KEY-NOT-SIGNED' });
    expect(taken).toBe(1);
    preparation.close();
  });

  test('is not begun where the card key is longer than the issuer’s can certify', async () => {
    const { chip } = bench.product;
    if (chip.kind === 'none' || chip.preparation.kind === 'container') throw new Error('a station product is wanted');
    const iccKey = { exponent: 3, bits: 1536 } as const;
    const product = { ...bench.product, chip: { ...chip, preparation: { ...chip.preparation, iccKey } } };
    expect(await refusal({}, product)).toMatchObject({
      code: 'PREPARATION-LENGTHS',
      details: { what: 'card modulus', found: 192, allowed: 176 },
    });
  });

  test('is not begun where the issuer’s certificate is for other card numbers: no pair is spent', async () => {
    const { means } = bench;
    const other = await bench.certified({ issuerIdentifier: '9911' });
    let taken = 0;
    const iccKeys: IssuerMeans['iccKeys'] = {
      take: (...words) => {
        taken++;
        return means.iccKeys.take(...words);
      },
    };
    const refused = await refusal({}, undefined, { ...means, iccKeys, certificates: { newest: () => other } });
    expect([refused, taken]).toEqual([expect.objectContaining({ code: 'CERT-ISSUER' }), 0]);
  });

  test('is not begun where the issuer’s certificate is longer than the profile has room for: no pair is spent, no order is held', async () => {
    const { means } = bench;
    let taken = 0;
    const certificate = means.certificates.newest(bench.product.issuer, means.now());
    if (certificate === null) throw new Error('a certificate is wanted');
    const publicKey = { ...certificate.publicKey, modulus: new Uint8Array(200).fill(0x81) };
    const long: IssuerMeans = {
      ...means,
      certificates: { newest: () => ({ ...certificate, publicKey }) },
      iccKeys: {
        take: (...words) => {
          taken++;
          return means.iccKeys.take(...words);
        },
      },
    };
    expect(await refusal({}, undefined, long)).toMatchObject({
      code: 'PREPARATION-LENGTHS',
      details: { what: '9F46 ICC Public Key Certificate', found: 200, allowed: 176, clause: 'EMV 4.3 Book 2 §6.4' },
    });
    expect(taken).toBe(0);
  });

  test.each([
    ['a card number longer than a certificate allows', { pan: '99005000000000000000' }, /card number is not 1 to 19/],
    ['a name outside its character set', { encodedName: 'Lovelace' }, /character that stripe and chip cannot hold/],
    ['a month 13', { expiry: '2913' }, /not YYMM/],
    ['a start date that is none', { effective: '2600' }, /5F25/],
  ])('is not begun for an order with %s', async (_what, change, reason) => {
    const fault = await refusal(change);
    expect(fault).toMatchObject({ details: { reason: expect.stringMatching(reason) as string } });
    for (const value of Object.values(change)) expect(JSON.stringify(fault)).not.toContain(value);
  });

  test('takes from its order no data grouping that the station makes, and none too few', async () => {
    const transportKey = { name: 'dgi-transport/northbank/1', kcv: '000000' };
    const alien = { dgi: '0101', value: '7000', protection: 'none' } as const;
    expect(await refusal({ chip: { transportKey, groupings: [alien] } })).toMatchObject({
      details: { reason: expect.stringMatching(/no data grouping 0101 in its orders/) as string },
    });
    const empty = await refusal({ chip: { transportKey, groupings: [] } });
    if (reference === 'debit-offline-cda@1') {
      expect(empty).toMatchObject({ details: { reason: expect.stringMatching(/8010 is missing/) as string } });
    }
  });
});
