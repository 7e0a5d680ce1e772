import { Secret } from '#shared/bytes/secret.ts';
import { topic } from '#shared/contract/topic.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { actsOf } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import { api } from './context.ts';

function personView(person: PersonRow): PersonView {
  return {
    person: person.person,
    displayName: person.displayName,
    roles: [...person.roles],
    issuers: person.issuers === 'all' ? 'all' : [...person.issuers],
    acts: [...actsOf(person)],
  };
}

export const session = {
  hello: api.session.hello.handler(({ context }) => {
    const { station, sessions } = context.services;
    const person = sessions.look(context.client);
    return {
      station: station.id,
      mode: station.mode,
      version: station.version,
      trainingPeople: [...station.trainingPeople],
      notices: [...station.notices],
      session: person === null ? null : personView(person),
    };
  }),
  logIn: api.session.logIn.handler(async ({ context, input }) => {
    const person = await context.services.sessions.logIn({
      client: context.client,
      via: context.via,
      person: input.person,
      password: new Secret(input.password),
      takeOver: input.takeOver,
    });
    return personView(person);
  }),
  logOut: api.session.logOut.handler(({ context }) => {
    context.services.sessions.logOut(context.client);
    return { done: true } as const;
  }),
  touch: api.session.touch.handler(({ context }) => {
    context.services.sessions.use(context.client);
    return { done: true } as const;
  }),
  watch: api.session.watch.handler(async function* ({ context, signal }) {
    const { changes, sessions } = context.services;
    for await (const change of changes.watch(topic.options, signal ?? new AbortController().signal)) {
      yield change;
      if (sessions.look(context.client) === null) return;
    }
  }),
};
