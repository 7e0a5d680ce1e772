import { createHash } from 'node:crypto';
import path from 'node:path';
import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { contract } from '#shared/contract/contract.ts';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { LineView, ProductionView } from '#shared/contract/views/line-views.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { listenLocally } from '../shells/local-socket/listen-locally.ts';
import { localSocketPath } from '../shells/local-socket/local-socket-path.ts';

/** What the station of the command line's tests holds; a test sets it before its command. */
export interface StationState {
  batch: BatchView;
  lines: readonly LineView[];
  waiting: readonly string[];
  obstacles: readonly string[];
  journal: 'whole' | 'broken';
  /** Called when production starts: moves `batch` and `lines` on. */
  onStart: () => void;
}

export const plainBatch: BatchView = {
  batch: 'NB-0001',
  issuer: 'northbank',
  issuerTitle: 'Northbank',
  product: 'emv-debit@1',
  productTitle: 'Debit',
  state: 'ready',
  priority: 'normal',
  due: '2026-12-01',
  environment: 'test',
  counts: { total: 2, ready: 2, held: 0, made: 0, inMachine: 0, rejected: 0, looksOutstanding: 0 },
  approval: null,
  commands: [],
  trouble: null,
  grant: null,
  updated: '2026-11-22T06:00:00.000Z',
};

export const plainLine: LineView = {
  line: 'line-1',
  title: 'Line 1',
  printer: { serial: 'P1', model: 'M', link: 'tcp', connected: true },
  reader: null,
  supplies: null,
  state: 'idle',
  batch: 'NB-0001',
  card: null,
  fault: null,
  made: 0,
  rejected: 0,
  millisecondsPerCard: null,
};

const passwords: Readonly<Record<string, string>> = { olivia: 'pw-olivia', sofia: 'pw-sofia' };

function refuse(kind: 'FAULT' | 'UNAUTHORIZED', code: string) {
  return new ORPCError(kind, { defined: true, message: code, data: { code, ...describeFault({ code, details: {} }) } });
}

/** The contract's own server with a small state behind it, on the local socket of a folder; notes each call that changes something. */
export async function openTrainingStation(folder: string, state: StationState) {
  const acts: string[] = [];
  let exportFrom = 1;
  const people = new Map<string, string>();
  const api = implement(contract)
    .$context<{ readonly client: string }>()
    .use(({ context, path: call, next }) => {
      const open = call[0] === 'session';
      if (!open && !people.has(context.client)) throw refuse('UNAUTHORIZED', 'ACCESS-NOT-LOGGED-IN');
      return next();
    });
  const statement = (act: string) =>
    JSON.stringify({
      act,
      subject: state.batch.batch,
      fields: [{ label: 'Cards', value: '2\u001b[31m' }],
      station: 'ST-1',
      issuer: 'northbank',
      asker: 'olivia',
      expires: '2026-11-22T07:00:00.000Z',
    });
  const approval = (act: string, now: ApprovalView['state'] = 'open'): ApprovalView => ({
    approval: `ap-${act}`,
    act,
    state: now,
    statement: statement(act),
    statementDigest: 'not used by a careful client',
    issuer: 'northbank',
    asker: 'olivia',
    askerName: 'Olivia',
    requested: '2026-11-22T06:00:00.000Z',
    expires: '2026-11-22T07:00:00.000Z',
    approversNeeded: 1,
    signed: [],
    subjects: { batch: state.batch.batch },
  });
  const view = (): ProductionView => ({
    revision: 1,
    lines: [...state.lines],
    batch: {
      batch: state.batch.batch,
      state: state.batch.state,
      total: 2,
      made: 0,
      rejected: 0,
      held: 0,
      remaining: 0,
      finishes: null,
      grant: null,
      waits: null,
    },
  });
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const found = (batch: string) => {
    if (batch !== state.batch.batch) throw refuse('FAULT', 'ACCESS-NOT-FOUND');
    return state.batch;
  };
  const router = {
    session: {
      hello: api.session.hello.handler(() => ({
        station: 'ST-1',
        mode: 'training' as const,
        version: '0.1.0',
        trainingPeople: [],
        notices: [],
        session: null,
      })),
      logIn: api.session.logIn.handler(({ input, context }) => {
        if (passwords[input.person] !== input.password) throw refuse('UNAUTHORIZED', 'ACCESS-REFUSED');
        people.set(context.client, input.person);
        acts.push(`in ${input.person} ${input.takeOver}`);
        return { person: input.person, displayName: input.person, roles: [], issuers: 'all' as const, acts: [] };
      }),
      logOut: api.session.logOut.handler(({ context }) => {
        acts.push(`out ${people.get(context.client)}`);
        people.delete(context.client);
        return { done: true as const };
      }),
    },
    batches: {
      list: api.batches.list.handler(() => ({ batches: [state.batch], total: 1 })),
      available: api.batches.available.handler(() => ({
        batches: state.waiting.map((batch) => ({
          batch,
          issuer: 'northbank',
          issuerTitle: 'Northbank',
          product: 'emv-debit@1',
          productTitle: 'Debit',
          count: 2,
          due: '2026-12-01',
          priority: 'normal' as const,
          environment: 'test' as const,
        })),
      })),
      pull: api.batches.pull.handler(({ input }) => ({ ...state.batch, batch: input.batch })),
      get: api.batches.get.handler(({ input }) => found(input.batch)),
      requestRelease: api.batches.requestRelease.handler(() => {
        if (state.batch.state !== 'ready') throw refuse('FAULT', 'APPROVAL-OPEN');
        acts.push('ask batch-release');
        return approval('batch-release');
      }),
      requestClose: api.batches.requestClose.handler(() => {
        acts.push('ask batch-close');
        return approval('batch-close');
      }),
      balance: api.batches.balance.handler(({ input }) => ({
        batch: input.batch,
        fed: 2,
        good: 2,
        rejected: 0,
        spoiled: 0,
        test: 0,
        returned: 0,
        missing: 0,
        inMachine: 0,
        difference: 0,
        orders: 2,
        ordersMade: 2,
        ordersHeld: 0,
        ordersNotMade: 0,
        byLot: [],
        byPrinter: [],
        looksOutstanding: 0,
        obstacles: state.obstacles.map((text) => ({ code: 'X', text, next: 'Do it.' })),
      })),
    },
    approvals: {
      get: api.approvals.get.handler(() => approval('batch-release')),
      decide: api.approvals.decide.handler(({ input }) => {
        const act = input.approval.replace('ap-', '');
        if (passwords[input.approver] !== input.password) throw refuse('UNAUTHORIZED', 'ACCESS-REFUSED');
        if (input.statementDigest !== digest(statement(act))) throw refuse('FAULT', 'APPROVAL-OTHER-STATEMENT');
        acts.push(`${input.approver} ${input.verdict.kind}s ${act}`);
        if (input.verdict.kind === 'refuse') return approval(act, 'refused');
        if (act !== 'log-export')
          state.batch = { ...state.batch, state: act === 'batch-release' ? 'released' : 'closed' };
        return approval(act, 'given');
      }),
    },
    production: {
      start: api.production.start.handler(({ input }) => {
        acts.push(`start ${(input.lines ?? ['all']).join('+')}`);
        state.onStart();
        return state.batch;
      }),
      resume: api.production.resume.handler(() => {
        acts.push('resume');
        state.onStart();
        return state.batch;
      }),
      lines: api.production.lines.handler(() => view()),
      watch: api.production.watch.handler(async function* ({ signal }) {
        while (signal?.aborted !== true) {
          yield view();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
      resolve: api.production.resolve.handler(({ input }) => {
        acts.push(`resolve ${input.line} ${input.choice}`);
        state.lines = [plainLine];
        state.batch = { ...state.batch, state: 'made' };
        return { done: true as const };
      }),
    },
    looks: {
      list: api.looks.list.handler(() => ({ looks: [] })),
      decide: api.looks.decide.handler(({ input }) => {
        acts.push(`look ${input.attempt} ${input.result} ${input.reasonCode}`);
        return {
          attempt: input.attempt,
          batch: 'NB-0001',
          order: 'o',
          maskedPan: null,
          line: 'line-1',
          reason: 'first' as const,
          asked: '',
          decided: null,
        };
      }),
    },
    journal: {
      chain: api.journal.chain.handler(() => ({
        entries: 3,
        headHash: '',
        lastTime: null,
        lastCheckpoint: null,
        register: { state: 'kept' as const, sequence: 3, since: null, trouble: null },
        lastVerified: {
          sequence: 2,
          time: '2026-11-22T05:00:00.000Z',
          result: 'whole' as const,
          by: 'station' as const,
        },
        verifying: null,
      })),
      verify: api.journal.verify.handler(() => ({
        result: state.journal,
        entries: 3,
        checkpoints: 1,
        milliseconds: 1.5,
        findings: state.journal === 'whole' ? [] : [{ sequence: 2, code: 'JOURNAL-HASH', text: 'altered' }],
      })),
      requestExport: api.journal.requestExport.handler(({ input }) => {
        exportFrom = input.from;
        return approval('log-export');
      }),
      export: api.journal.export.handler(async function* () {
        yield await Promise.resolve({ lines: [`{"sequence":${exportFrom}}`] });
        yield { lines: [`{"sequence":${exportFrom + 1}}`] };
      }),
    },
  };
  const handler = new RPCHandler(router);
  const listener = await listenLocally(localSocketPath(folder), {
    serve: (port, client) => {
      handler.upgrade(port, { context: { client: client.id } });
      port.start();
    },
    makeStartPage: () => Promise.resolve(path.join(folder, 'start.html')),
    logger: { info: () => undefined, warn: () => undefined },
  });
  return { acts, close: () => listener.close() };
}
