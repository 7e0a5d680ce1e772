import { z } from 'zod';
import { batchPriority, maximumBatchRecords } from '#shared/contract/cms/manifest.ts';
import { maximumGrantSeconds } from '#shared/contract/cms/grant.ts';
import { batchId, issuerId, stationId } from '#shared/domain/identifiers.ts';
import { hostileKind } from '../hostile/hostile-kind.ts';
import { weather, type TrainingWeather } from '../http/training-weather.ts';
import type { OpenCms } from '../open-cms.ts';
import type { ShiftedClock } from '../platform/shifted-clock.ts';
import { trainingProducts } from '../training/orders.ts';
import type { TrainingGround } from '../training/training-ground.ts';

const trainingProduct = z.enum(trainingProducts);

const credentials = z.strictObject({ person: z.string().max(40), password: z.string().max(200) });

/** One command: an object with exactly one of these members. */
const command = z.union([
  z.strictObject({
    make: z.strictObject({
      product: trainingProduct,
      count: z.int().min(1).max(maximumBatchRecords),
      id: batchId.optional(),
      dueInDays: z.int().min(-30).max(365).default(1),
      priority: batchPriority.default('normal'),
      hostile: hostileKind.optional(),
    }),
  }),
  z.strictObject({ hostile: z.strictObject({ batch: batchId, kind: hostileKind.nullable() }) }),
  z.strictObject({ offerAgain: z.strictObject({ batch: batchId }) }),
  z.strictObject({ answer: weather }),
  z.strictObject({ state: z.strictObject({ batch: batchId }) }),
  z.strictObject({ batches: z.strictObject({}) }),
  z.strictObject({ findings: z.strictObject({}) }),
  z.strictObject({ replacements: z.strictObject({ batch: batchId }) }),
  z.strictObject({
    advance: z.strictObject({
      seconds: z
        .int()
        .min(0)
        .max(400 * 86_400),
    }),
  }),
  z.strictObject({
    orders: z.strictObject({
      batch: batchId,
      from: z.int().min(0).default(0),
      count: z.int().min(1).max(5_000).default(500),
    }),
  }),
  z.strictObject({ grants: z.strictObject({ station: stationId.optional() }) }),
  z.strictObject({
    terms: z.strictObject({
      subject: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('issuer'), issuer: issuerId }),
        z.strictObject({ kind: z.literal('station'), station: stationId }),
      ]),
      to: z.strictObject({
        offline: z.enum(['yes', 'no']),
        cards: z.int().min(1).max(maximumBatchRecords),
        seconds: z.int().min(1).max(maximumGrantSeconds),
      }),
      reason: z.string().max(400),
      first: credentials,
      second: credentials,
    }),
  }),
  z.strictObject({
    declareLost: z.strictObject({
      station: stationId,
      reason: z.string().max(400),
      first: credentials,
      second: credentials,
    }),
  }),
  z.strictObject({
    takeBack: z.strictObject({
      station: stationId,
      reason: z.string().max(400),
      first: credentials,
      second: credentials,
    }),
  }),
  z.strictObject({ lost: z.strictObject({ station: stationId }) }),
  z.strictObject({ restored: z.strictObject({ enrolledSince: z.array(stationId).max(1_000).default([]) }) }),
  z.strictObject({ reconciliation: z.strictObject({}) }),
  z.strictObject({
    goOn: z.strictObject({ reason: z.string().max(400), first: credentials, second: credentials }),
  }),
  z.strictObject({ revoke: z.strictObject({ station: stationId }) }),
  z.strictObject({
    enrolmentCode: z.strictObject({ station: stationId, purpose: z.enum(['first', 'replace']).default('first') }),
  }),
]);

/** What the commands act upon. */
export interface ControlTarget {
  readonly cms: OpenCms;
  readonly training: TrainingGround;
  readonly weather: TrainingWeather;
  /** Null when the CMS runs on a clock that cannot be moved. */
  readonly clock: ShiftedClock | null;
}

/** Carries out one control command and returns its answer; throws with plain words on one that is unknown or malformed. */
export async function answerControl(target: ControlTarget, request: unknown): Promise<unknown> {
  const parsed = command.safeParse(request);
  if (!parsed.success) {
    throw new Error(
      'not a command: one of make, hostile, offerAgain, answer, state, batches, findings, replacements, orders, grants, terms, declareLost, takeBack, lost, restored, reconciliation, goOn, advance, revoke, enrolmentCode with its members',
    );
  }
  const asked = parsed.data;
  const { cms, training } = target;
  if ('make' in asked) {
    const { id, hostile, ...rest } = asked.make;
    const start = performance.now();
    const batch = await training.make({
      ...rest,
      ...(id === undefined ? {} : { id }),
      ...(hostile === undefined ? {} : { hostile }),
    });
    return { batch, count: rest.count, milliseconds: Math.round(performance.now() - start) };
  }
  if ('hostile' in asked) {
    await cms.register.setHostile(asked.hostile.batch, asked.hostile.kind);
    return { batch: asked.hostile.batch, hostile: asked.hostile.kind };
  }
  if ('offerAgain' in asked) {
    await cms.register.offerAgain(asked.offerAgain.batch);
    return { batch: asked.offerAgain.batch, state: 'available' };
  }
  if ('answer' in asked) {
    target.weather.set(asked.answer);
    return { answer: asked.answer };
  }
  if ('state' in asked) {
    await cms.desk.endExpired();
    return cms.register.stateOf(asked.state.batch);
  }
  if ('batches' in asked) {
    await cms.desk.endExpired();
    return { batches: await cms.register.overview() };
  }
  if ('orders' in asked) return { orders: await cms.register.orders(asked.orders) };
  if ('grants' in asked) return { grants: await cms.grants.overview(asked.grants.station) };
  if ('terms' in asked) {
    await cms.termChanges.change(asked.terms);
    return { terms: await cms.terms.list(), stations: await cms.terms.listOfStations() };
  }
  if ('declareLost' in asked) return { ...(await cms.losses.declare(asked.declareLost)) };
  if ('takeBack' in asked) return { ...(await cms.returns.allow(asked.takeBack)) };
  if ('lost' in asked) return { orders: await cms.losses.blockedOrders(asked.lost.station) };
  if ('restored' in asked) {
    await cms.reconciliation.begin('restored from a backup', asked.restored.enrolledSince);
    return { reconciliation: await cms.reconciliation.state() };
  }
  if ('reconciliation' in asked) return { reconciliation: await cms.reconciliation.state() };
  if ('goOn' in asked) return { ended: await cms.reconciliation.goOn(asked.goOn) };
  if ('findings' in asked) return { findings: await cms.ledger.findings() };
  if ('replacements' in asked) return { replacements: await cms.ledger.replacements(asked.replacements.batch) };
  if ('advance' in asked) {
    if (target.clock === null) throw new Error('the clock of this CMS cannot be moved');
    target.clock.advance(asked.advance.seconds * 1_000);
    return { now: cms.surroundings.now().toISOString() };
  }
  if ('revoke' in asked) {
    return {
      station: asked.revoke.station,
      outcome: (await cms.stations.revoke(asked.revoke.station)) ? 'revoked' : 'unknown',
    };
  }
  return cms.stations.issueCode(asked.enrolmentCode.station, asked.enrolmentCode.purpose);
}
