import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { row } from '../row.ts';
import { helloView, personView } from '../views/session-views.ts';
import { topic } from '../topic.ts';
import { nothing, done, password } from './call-inputs.ts';

/** Logging in and out, and what a window follows. */
export const sessionCalls = {
  hello: row('public', { kind: 'none' }).input(nothing).output(helloView),
  logIn: row('public', { kind: 'none' })
    .input(
      z.strictObject({ person: z.string().min(1).max(40), password, takeOver: z.enum(['no', 'yes']).default('no') }),
    )
    .output(personView),
  logOut: row('own-session', { kind: 'none' }).input(nothing).output(done),
  /** A hand was at this window: the session stays awake. Views that refresh by themselves do not keep it so. */
  touch: row('own-session', { kind: 'none' }).input(nothing).output(done),
  /** Revisions of each topic: a snapshot first, then whenever one changes. A gap means: ask again. */
  watch: row('own-session', { kind: 'none' })
    .input(nothing)
    .output(eventIterator(z.strictObject({ revision: z.number().int(), topics: z.array(topic) }))),
} as const;
