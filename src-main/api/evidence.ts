import { setImmediate } from 'node:timers/promises';
import type { JournalEntryView } from '#shared/contract/views/evidence-views.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson, type JournalEntry } from '#shared/journal-format/entry.ts';
import { isEventKind } from '#shared/journal-format/event-kinds.ts';
import { maySee } from '../access/rights.ts';
import { exportLines } from '../journal/export.ts';
import type { Journal } from '../journal/journal.ts';
import type { LogRange } from '../journal/log-export.ts';
import { actorText } from '../journal/projections/projection.ts';
import { searchEntries } from '../journal/search.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { approvalView } from './views/approval-view.ts';

function entryView(entry: JournalEntry, blind: readonly number[]): JournalEntryView {
  const { header } = entry;
  return {
    sequence: header.sequence,
    time: header.time,
    kind: header.kind,
    actor: actorText(header.actor),
    issuer: header.issuer,
    subjects: { ...header.subjects },
    payload: entry.salt === null || blind.includes(header.sequence) ? null : canonicalJson(entry.payload),
    entryHash: entry.entryHash,
  };
}

/** The lines of an export in groups, as long as the person who asked is there. */
async function* exportedLines(
  book: Journal,
  range: LogRange,
  present: () => boolean,
  signal: AbortSignal,
): AsyncGenerator<{ lines: string[] }, void, void> {
  let lines: string[] = [];
  for await (const line of exportLines(book, { ...range, payloads: 'included' }, signal)) {
    lines.push(line);
    if (lines.length < 200) continue;
    if (!present()) return;
    yield { lines };
    lines = [];
    // Reading is synchronous: others get their turn between chunks.
    await setImmediate();
  }
  if (lines.length > 0) yield { lines };
}

export const journal = {
  chain: api.journal.chain.handler(({ context }) => {
    const { journal: book } = context.services;
    const head = book.head();
    const [last] = book.read(head.sequence, 1);
    const checkpoint = book.projections.station.lastCheckpoint();
    const [verified] = searchEntries(book.database, { issuers: 'all', kinds: ['journal.verified'], limit: 1 }).entries;
    const result = verified === undefined ? null : (verified.payload as { result: 'whole' | 'broken' }).result;
    const { state, sequence, since, fault } = context.services.register.state();
    return {
      entries: head.sequence,
      headHash: head.entryHash,
      lastTime: last?.header.time ?? null,
      lastCheckpoint: checkpoint === null ? null : { sequence: checkpoint.covers, time: checkpoint.time },
      register: {
        state,
        sequence,
        since,
        trouble: fault === null ? null : { code: fault.code, ...describeFault(fault) },
      },
      lastVerified:
        verified === undefined || result === null
          ? null
          : {
              sequence: verified.header.sequence,
              time: verified.header.time,
              result,
              by: verified.header.actor.kind,
            },
      verifying: context.services.verifying(),
    };
  }),
  search: api.journal.search.handler(({ context, input }) => {
    const person = personOf(context);
    const { database, projections } = context.services.journal;
    const blind = projections.counts.blind();
    const found = searchEntries(database, {
      issuers: person.issuers,
      blind,
      limit: input.limit,
      offset: input.offset,
      ...(input.text === '' ? {} : { text: input.text }),
      ...(input.kind !== '' && isEventKind(input.kind) ? { kinds: [input.kind] } : {}),
      ...(input.subject === '' ? {} : { subject: input.subject }),
    });
    return { entries: found.entries.map((entry) => entryView(entry, blind)), total: found.total.count };
  }),
  verify: api.journal.verify.handler(async ({ context, signal }) => {
    const person = personOf(context);
    const result = await context.services.verifyJournal(
      { kind: 'person', person: person.person },
      signal ?? AbortSignal.timeout(600_000),
    );
    return { ...result, findings: [...result.findings] };
  }),
  rebuild: api.journal.rebuild.handler(async ({ context, signal }) => {
    const person = personOf(context);
    const limit = signal ?? AbortSignal.timeout(600_000);
    return { tables: [...(await context.services.rebuildJournal({ kind: 'person', person: person.person }, limit))] };
  }),
  requestExport: api.journal.requestExport.handler(({ context, input }) => {
    const { services } = context;
    const approval = services.logExport.request(input.from, personOf(context).person as PersonId);
    const row = services.journal.projections.approvals.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return approvalView(row, services);
  }),
  // Begun before the answer, so that a refusal is one of the contract and not a broken stream.
  export: api.journal.export.handler(({ context, input, signal }) => {
    const { person } = personOf(context);
    const range = context.services.logExport.begin(input.approval as ApprovalId, person as PersonId);
    const present = (): boolean => context.services.sessions.look(context.client)?.person === person;
    return exportedLines(context.services.journal, range, present, signal ?? AbortSignal.timeout(600_000));
  }),
};

export const devices = {
  list: api.devices.list.handler(async ({ context, signal }) => {
    const limit = signal ?? AbortSignal.timeout(30_000);
    const { devices: service } = context.services;
    const person = personOf(context);
    const { batches } = context.services.journal.projections;
    const keys = (await service.keys(limit)).filter(({ issuer, batch }) =>
      maySee(person, batch === null ? issuer : (batches.find(batch)?.issuer ?? null)),
    );
    return {
      devices: [...(await service.list(limit))],
      keys: keys.map(({ name, usage, algorithm, kcv, environment }) => ({ name, usage, algorithm, kcv, environment })),
    };
  }),
  requestEnrolment: api.devices.requestEnrolment.handler(({ context, input }) => {
    const { services } = context;
    const approval = services.enrolment.request(input.device, personOf(context).person as PersonId);
    const row = services.journal.projections.approvals.find(approval);
    if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
    return approvalView(row, services);
  }),
};

export const sync = {
  state: api.sync.state.handler(({ context }) => context.services.sync.state()),
  now: api.sync.now.handler(async ({ context, signal }) => {
    await context.services.sync.now(signal ?? AbortSignal.timeout(120_000));
    return context.services.sync.state();
  }),
};

export const about = {
  get: api.about.get.handler(({ context }) => {
    const { station } = context.services;
    return {
      version: station.version,
      station: station.id,
      mode: station.mode,
      node: process.version,
      dataFolder: station.dataFolder,
      hsm: station.hsm,
      cms: station.cmsUrl,
      shell: station.shell,
      licences: [...station.licences],
    };
  }),
};
