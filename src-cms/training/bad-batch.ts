import type { OrderRecord } from '#shared/domain/order-record.ts';
import { luhnDigit, yearMonth } from './card-numbers.ts';
import { emvOrder, track1Of, track2Of, type OrderSource } from './orders.ts';
import type { IssuerTransportKey } from './transport-cipher.ts';

/** The record as it will be sent: usually an order, sometimes something that is none. */
type Sent = Readonly<Record<string, unknown>>;

/** What a spoiler may need besides the good order itself. */
export interface SpoilContext {
  readonly today: Date;
  /** An order of the same batch that stands before this one. */
  readonly earlier: OrderRecord;
  /** An order of another batch of the same issuer. */
  readonly elsewhere: OrderRecord;
}

type Spoiler = (order: OrderRecord, context: SpoilContext) => Sent | string;

const pan = (order: OrderRecord) => order.pan ?? '';
const expiry = (order: OrderRecord) => order.expiry ?? '';
const serviceCode = (order: OrderRecord) => order.serviceCode ?? '';
const encodedName = (order: OrderRecord) => order.encodedName ?? '';
const discretionary = '1000000000000';

/** Changes fields and writes the tracks anew, so that only the intended fault is there. */
function withTracks(order: OrderRecord, changes: Partial<OrderRecord>): Sent {
  const changed: OrderRecord = { ...order, ...changes };
  const parts = {
    pan: pan(changed),
    encodedName: encodedName(changed),
    expiry: expiry(changed),
    serviceCode: serviceCode(changed),
    discretionary,
  };
  return { ...changed, track1: track1Of({ ...parts, discretionary: '1000000000' }), track2: track2Of(parts) };
}

function withGrouping(order: OrderRecord, dgi: string, change: (value: string) => string | null): Sent {
  if (order.chip === undefined) return order;
  const groupings = order.chip.groupings.flatMap((grouping) => {
    if (grouping.dgi !== dgi) return [grouping];
    const value = change(grouping.value);
    return value === null ? [] : [{ ...grouping, value }];
  });
  return { ...order, chip: { ...order.chip, groupings } };
}

/** The faults that the bad batch holds, one record each, under the name that its order id bears. */
export const spoilers = {
  luhn: (order) => {
    const wrong = String((Number(pan(order).at(-1)) + 1) % 10);
    return withTracks(order, { pan: pan(order).slice(0, -1) + wrong });
  },
  bin: (order) => {
    const body = `990777${pan(order).slice(6, -1)}`;
    return withTracks(order, { pan: body + luhnDigit(body) });
  },
  'pan-length': (order) =>
    withTracks(order, { pan: `${pan(order).slice(0, 14)}${luhnDigit(pan(order).slice(0, 14))}` }),
  expired: (order, { today }) => withTracks(order, { expiry: yearMonth(today, -2), effective: yearMonth(today, -40) }),
  'expiry-malformed': (order) => withTracks(order, { expiry: '3013' }),
  'effective-after-expiry': (order) => ({ ...order, effective: `${String(Number(expiry(order).slice(0, 2)) + 1)}01` }),
  'name-character': (order) => withTracks(order, { encodedName: 'MÜLLER/ZOË' }),
  'name-too-long': (order) => withTracks(order, { encodedName: 'WOLFESCHLEGELSTEINHAUSENBERGER/A' }),
  'print-glyph': (order) => ({ ...order, printName: '王小明 𓀀' }),
  'print-too-long': (order) => ({ ...order, printName: 'Maximiliana Wilhelmina von und zu Hohenstaufen-Lichtenberg' }),
  'print-control': (order) => ({ ...order, printName: 'Anna\u202E Novák' }),
  'service-code': (order) => withTracks(order, { serviceCode: '999' }),
  'track-too-long': (order) => ({ ...order, track1: `${order.track1 ?? ''}${'0'.repeat(60)}` }),
  'track-character': (order) => ({ ...order, track2: `${(order.track2 ?? '').slice(0, -1)}A` }),
  'track-pan': (order, { earlier }) => ({
    ...order,
    track2: track2Of({ pan: pan(earlier), expiry: expiry(order), serviceCode: serviceCode(order), discretionary }),
  }),
  duplicate: (order, { earlier }) => ({ ...earlier, orderId: order.orderId }),
  'duplicate-elsewhere': (order, { elsewhere }) => ({ ...elsewhere, orderId: order.orderId }),
  'field-missing': (order) => {
    const { serviceCode: _left, ...rest } = order;
    return rest;
  },
  'member-unknown': (order) => ({ ...order, colour: 'blue' }),
  'field-unknown': (order) => ({ ...order, fields: { giftAmount: '500' } }),
  'version-future': (order) => ({ ...order, version: 2 }),
  'not-json': () => '{"version":1,"orderId":',
  'chip-missing': (order) => {
    const { chip: _left, ...rest } = order;
    return rest;
  },
  'dgi-malformed': (order) => withGrouping(order, '0102', (value) => value.slice(0, -6)),
  'dgi-missing': (order) => withGrouping(order, '9104', () => null),
  'dgi-pan': (order, { earlier }) => withGrouping(order, '0102', (value) => value.replace(pan(order), pan(earlier))),
  'dgi-in-clear': (order) => {
    if (order.chip === undefined) return order;
    const groupings = order.chip.groupings.map((grouping) =>
      grouping.dgi === '8010' ? { ...grouping, value: '241234ffffffffff', protection: 'none' } : grouping,
    );
    return { ...order, chip: { ...order.chip, groupings } };
  },
  'transport-key': (order) => ({
    ...order,
    chip:
      order.chip === undefined
        ? undefined
        : { ...order.chip, transportKey: { ...order.chip.transportKey, kcv: '000000' } },
  }),
} as const satisfies Record<string, Spoiler>;

export type SpoilerName = keyof typeof spoilers;
export const spoilerNames = Object.keys(spoilers) as SpoilerName[];

/** One record of the bad batch: what it is, and its bytes. */
export interface BadRecord {
  readonly orderId: string;
  readonly fault: SpoilerName | null;
  readonly text: string;
}

/** Every third record of the bad batch is good; the others hold one fault each. */
export function* badRecords(
  source: Omit<OrderSource, 'position'>,
  transportKey: IssuerTransportKey,
  elsewhere: OrderRecord,
): Generator<BadRecord> {
  const waiting = [...spoilerNames];
  let earlier: OrderRecord | null = null;
  for (let position = 0; waiting.length > 0 || position % 3 !== 1; position++) {
    const good = emvOrder({ ...source, serial: source.serial + position, position }, transportKey);
    const fault = position % 3 === 0 || earlier === null ? null : (waiting.shift() ?? null);
    if (fault === null || earlier === null) {
      earlier = good;
      yield { orderId: good.orderId, fault: null, text: JSON.stringify(good) };
      continue;
    }
    const named = { ...good, orderId: `${good.orderId}.${fault}` as OrderRecord['orderId'] };
    const spoil: Spoiler = spoilers[fault];
    const spoilt = spoil(named, { today: source.today, earlier, elsewhere });
    yield { orderId: named.orderId, fault, text: typeof spoilt === 'string' ? spoilt : JSON.stringify(spoilt) };
  }
}
