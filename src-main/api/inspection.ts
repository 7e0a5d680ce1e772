import { StationFault } from '#shared/faults/station-fault.ts';
import { productKey } from '#shared/domain/product.ts';
import { maySee } from '../access/rights.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';

/** The card on a reader. Another issuer's product does not exist for this person: neither its applications are looked for nor its keys tried. */
export const inspection = {
  inspectCard: api.devices.inspectCard.handler(({ context, input }) => {
    const person = personOf(context);
    const products = context.services.products
      .all()
      .map(({ product }) => product)
      .filter(({ issuer }) => maySee(person, issuer));
    const keysOf = (reference: string, refused: 'stop' | 'try-again') => {
      const product = products.find((one) => productKey(one) === reference);
      if (product === undefined) throw new StationFault('ACCESS-NOT-FOUND');
      return { product, refused };
    };
    return context.services.inspection.inspect({
      line: input.line,
      products,
      keys: input.with.kind === 'keys' ? keysOf(input.with.product, input.with.refused) : null,
      actor: { kind: 'person', person: person.person },
    });
  }),
};
