import { actIn } from '../format/person.ts';
import { askAgain, forgetViews } from '../queries/query-client.ts';
import { LostLink } from '../wires/lost-link.ts';
import { followStream } from '../wires/follow-stream.ts';
import { station, stationLink } from '../wires/station.ts';
import { followRevision } from './follow-revision.ts';
import { useProduction } from './production-store.ts';
import { useSession } from './session-store.ts';

/** Asks who works here, and notes whether the station answers at all. */
export async function greetStation(): Promise<void> {
  try {
    const { turn } = useSession.getState();
    useSession.getState().greet(await station.session.hello({}), turn);
    stationLink.heardSomething();
  } catch (cause) {
    if (cause instanceof LostLink && cause.reason === 'deadline') stationLink.heardNothing();
  }
}

const GREET_EVERY_MS = 15_000;

/** Tells the station that a hand was at this window lately; nothing else keeps a session from idling out. */
async function keepAwake(): Promise<void> {
  const { person, lastAct } = useSession.getState();
  if (person === null || Date.now() - lastAct > GREET_EVERY_MS) return;
  await station.session.touch({}).catch(() => undefined);
}

/** Greets at once and then steadily, so that a station that no longer answers is noticed; ends with the signal. */
export async function keepGreeting(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await greetStation();
    await keepAwake();
    await new Promise((resolve) => setTimeout(resolve, GREET_EVERY_MS));
  }
}

/** Follows the topics of the session: views are asked for again when what they show has changed. */
function followTopics(signal: AbortSignal): Promise<void> {
  let last: number | null = null;
  return followStream(
    {
      open: (stop) => station.session.watch({}, { signal: stop }),
      begin: () => {
        last = null;
      },
      each: (message) => {
        const step = followRevision(last, message);
        last = step.revision;
        askAgain(step.ask);
        const about = step.ask;
        if (about.kind === 'topics' && about.topics.includes('session')) void greetStation();
      },
      broke: () => void greetStation(),
    },
    signal,
  );
}

function followProduction(signal: AbortSignal): Promise<void> {
  const store = useProduction.getState();
  return followStream(
    {
      open: (stop) => station.production.watch({}, { signal: stop }),
      begin: store.begin,
      each: store.take,
      broke: () => undefined,
    },
    signal,
  );
}

/** Everything live that a person's session shows, on one connection. Returns how to end it. */
export function followSession(): () => void {
  const end = new AbortController();
  void followTopics(end.signal);
  if (actIn(useSession.getState().person, 'see-batches')) void followProduction(end.signal);
  return () => end.abort();
}

/** What one person saw is not kept for the next. */
export function forgetEverything(): void {
  forgetViews();
  useProduction.getState().forget();
}
