import { useRef, useState } from 'react';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { station } from '../../wires/station.ts';
import { DigitLine } from './digit-line.ts';
import type { KeyPress } from './key-press.ts';
import { askCeremonyAgain, keepCeremony } from './use-ceremony.ts';

/** The last thing worth a word about what was typed. */
type EntryNews =
  | { readonly kind: 'nothing' }
  /** A key that is no hexadecimal character. */
  | { readonly kind: 'only' }
  | { readonly kind: 'paste' }
  | { readonly kind: 'failed'; readonly thrown: unknown };

interface Entry {
  /** How many characters the station has said that it has. */
  readonly count: number;
  readonly news: EntryNews;
  readonly press: (press: KeyPress) => void;
  /** Has the station wipe this entry, after everything that is under way. */
  readonly clear: () => Promise<void>;
  /** Resolves once every character typed was answered. */
  readonly settled: () => Promise<void>;
  /** Goes on from what the station answered to an ended entry. */
  readonly take: (view: CeremonyView) => void;
  /** Asks the station how many it has, after something was refused. */
  readonly askAgain: () => Promise<void>;
}

/** One entry of a component. The page keeps how many were typed; a character goes to the station and is dropped, and no cache of calls sees it. */
export function useEntry(ceremony: CeremonyView): Entry {
  const { ceremony: id, characters } = ceremony;
  const [count, setCount] = useState(ceremony.count);
  const [news, setNews] = useState<EntryNews>({ kind: 'nothing' });
  const typed = useRef(ceremony.count);
  const [line] = useState(
    () =>
      new DigitLine(
        async (digit) => (await station.keys.enterDigit({ ceremony: id, digit })).count,
        (told) => {
          if (told.kind === 'count') setCount(told.count);
          else {
            setNews(told);
            askCeremonyAgain(id);
          }
        },
      ),
  );
  const take = (view: CeremonyView) => {
    typed.current = view.count;
    setCount(view.count);
    setNews({ kind: 'nothing' });
    keepCeremony(view);
  };
  return {
    count,
    news,
    press: (press) => {
      if (press.kind === 'paste') setNews({ kind: 'paste' });
      if (press.kind === 'other') setNews({ kind: 'only' });
      if (press.kind !== 'digit' || news.kind === 'failed' || typed.current >= characters) return;
      typed.current += 1;
      setNews({ kind: 'nothing' });
      line.push(press.digit);
    },
    clear: async () => {
      line.begin();
      await line.settled();
      take(await station.keys.clearEntry({ ceremony: id }));
    },
    settled: () => line.settled(),
    take,
    askAgain: async () => take(await station.keys.ceremony({ ceremony: id })),
  };
}
