import type { BatchId } from '#shared/domain/identifiers.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import { batchNow } from './batches.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { productionView } from './views/line-view.ts';

/** Live views are sent no oftener than this, milliseconds: a person sees no difference, and a slow window is not flooded. */
const shortestInterval = 120;

function actor(person: PersonRow): JournalActor {
  return { kind: 'person', person: person.person };
}

export const production = {
  start: api.production.start.handler(({ context, input }) => {
    const person = personOf(context);
    context.services.production.start(input.batch as BatchId, actor(person), input.lines);
    return batchNow(input.batch, person, context.services);
  }),
  pause: api.production.pause.handler(({ context, input }) => {
    const person = personOf(context);
    context.services.production.pause(input.batch as BatchId, actor(person));
    return batchNow(input.batch, person, context.services);
  }),
  resume: api.production.resume.handler(({ context, input }) => {
    const person = personOf(context);
    context.services.production.resume(input.batch as BatchId, actor(person));
    return batchNow(input.batch, person, context.services);
  }),
  lines: api.production.lines.handler(({ context }) => productionView(personOf(context), context.services, new Date())),
  watch: api.production.watch.handler(async function* ({ context, signal }) {
    const person = personOf(context);
    const { services, client } = context;
    const ended = signal ?? new AbortController().signal;
    let wake: (() => void) | null = null;
    let news: 'yes' | 'no' = 'yes';
    const tell = () => {
      news = 'yes';
      wake?.();
    };
    const stop = services.production.subscribe(tell);
    const stopListening = services.sessions.subscribe((changed) => changed === client && tell());
    ended.addEventListener('abort', tell);
    try {
      while (!ended.aborted) {
        if (news === 'no') {
          await new Promise<void>((resolve) => (wake = resolve));
          wake = null;
          continue;
        }
        // The window may have another person by now, whose issuers are others: what was opened for one ends with that one's session.
        if (services.sessions.look(client)?.person !== person.person) return;
        news = 'no';
        yield productionView(person, services, new Date());
        await new Promise((resolve) => setTimeout(resolve, shortestInterval));
      }
    } finally {
      stop();
      stopListening();
      ended.removeEventListener('abort', tell);
    }
  }),
  resolve: api.production.resolve.handler(({ context, input }) => {
    context.services.production.choose(input.line, input.choice, actor(personOf(context)));
    return { done: true } as const;
  }),
  picture: api.production.picture.handler(async ({ context, input, signal }) => {
    const { services } = context;
    const attempt = services.journal.projections.attempts.find(input.attempt);
    if (attempt === null) throw new StationFault('ACCESS-NOT-FOUND');
    const png = await services.picture(
      attempt.batch as BatchId,
      attempt.order,
      input.side,
      signal ?? AbortSignal.timeout(30_000),
    );
    return { pngBase64: Buffer.from(png).toString('base64') };
  }),
  trace: api.production.trace.handler(({ context, input }) => {
    const trace = context.services.production.traces.of(input.attempt);
    const exchanges = trace?.map(({ command, answer, milliseconds }) => ({
      command,
      answer: typeof answer === 'string' ? answer : null,
      fault: typeof answer === 'string' ? null : answer.fault,
      milliseconds,
    }));
    return { exchanges: exchanges ?? null };
  }),
};
