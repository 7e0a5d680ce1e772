import { useTranslation } from 'react-i18next';
import { formatSpan } from '../format/dates.ts';
import type { SyncFreshness } from '../queries/sync-freshness.ts';
import type { Tone } from './tone.ts';

/** What is said of the news from the CMS, and how it looks. */
export function useSyncWords(freshness: SyncFreshness): { readonly text: string; readonly tone: Tone } {
  const { t } = useTranslation();
  switch (freshness.kind) {
    case 'unknown':
      return { text: t('sync.age.unknown'), tone: 'warning' };
    case 'not-enrolled':
      return { text: t('syncState.not-enrolled'), tone: 'bad' };
    case 'never':
      return { text: t('sync.age.never'), tone: 'warning' };
    case 'fresh':
      return { text: t('sync.age.fresh', { span: formatSpan(freshness.seconds) }), tone: 'quiet' };
    case 'late':
      return { text: t('sync.age.late', { span: formatSpan(freshness.seconds) }), tone: 'warning' };
    case 'silent':
      return { text: t('sync.age.late', { span: formatSpan(freshness.seconds) }), tone: 'bad' };
  }
}
