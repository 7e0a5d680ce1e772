import { api } from './context.ts';
import { personOf } from './guard.ts';

/** Which encoder belongs to which printer, and the test card that proves it. */
export const pairing = {
  pairings: api.devices.pairings.handler(({ context }) => ({ pairings: [...context.services.pairing.views()] })),
  provePairing: api.devices.provePairing.handler(async ({ context, input }) => {
    const { pairing: service } = context.services;
    await service.prove(input.line, { kind: 'person', person: personOf(context).person });
    return service.view(input.line);
  }),
  exerciseTestCard: api.devices.exerciseTestCard.handler(async ({ context, input }) => {
    const steps = await context.services.exercise(input, { kind: 'person', person: personOf(context).person });
    return { steps: [...steps] };
  }),
};
