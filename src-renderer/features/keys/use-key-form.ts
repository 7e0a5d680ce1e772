import { useState } from 'react';
import type { KeyUsageView, RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { useNow } from '../../components/use-now.ts';
import { useKeys, useKeyUsages } from './use-keys.ts';
import { dayOf, isWhole, nothingWanted } from './wanted-key.ts';
import type { WantedKey } from './wanted-key.ts';

/** What every form for a new key has: its fields, what they offer, and whether all is chosen. */
export interface KeyForm {
  readonly wanted: WantedKey;
  readonly change: (wanted: WantedKey) => void;
  readonly usages: readonly KeyUsageView[];
  readonly usage: KeyUsageView | undefined;
  readonly issuers: readonly string[];
  readonly keys: readonly RegistryKeyView[];
  readonly today: string;
  readonly whole: 'yes' | 'no';
}

/** A form for a key that comes by one way; `from` is the key whose next version it is to be. */
export function useKeyForm(person: PersonView, wayIn: string, from: RegistryKeyView | null = null): KeyForm {
  const [wanted, change] = useState<WantedKey>(
    from === null
      ? nothingWanted
      : { usage: from.usage, algorithm: from.algorithm, issuer: from.issuer ?? '', validUntil: '' },
  );
  const keys = useKeys().data?.keys ?? [];
  const usages = (useKeyUsages().data?.usages ?? []).filter(({ waysIn }) => waysIn.includes(wayIn));
  const today = dayOf(new Date(useNow(60_000)));
  const usage = usages.find((one) => one.usage === wanted.usage);
  const issuers =
    person.issuers === 'all' ? [...new Set(keys.flatMap((key) => key.issuer ?? []))].sort() : person.issuers;
  return {
    wanted,
    change,
    usages,
    usage,
    issuers,
    keys,
    today,
    whole: isWhole(wanted, usage, today) ? 'yes' : 'no',
  };
}
