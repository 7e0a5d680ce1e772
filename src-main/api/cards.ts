import { StationFault } from '#shared/faults/station-fault.ts';
import { maySee } from '../access/rights.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import { passView } from './views/pass-view.ts';
import { quarantinedCardView } from './views/quarantine-view.ts';

export const cards = {
  pass: api.cards.pass.handler(({ context: { services }, input }) => {
    const row = services.journal.projections.passes.find(input.attempt);
    if (row === null) throw new StationFault('PASS-NONE', { attempt: input.attempt });
    return passView(row, services);
  }),
  quarantine: api.cards.quarantine.handler(({ context, input }) => {
    const { services } = context;
    const person = personOf(context);
    const { attempts, destructions } = services.journal.projections;
    const seen = attempts
      .quarantined()
      .filter((row) => maySee(person, row.issuer))
      .filter((row) => input.show === 'all' || destructions.isDestroyed(row.attempt) === 'no');
    const page = seen.slice(input.offset, input.offset + input.limit);
    return { cards: page.map((row) => quarantinedCardView(row, services)), total: seen.length };
  }),
};
