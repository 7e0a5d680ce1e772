import { useTranslation } from 'react-i18next';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';

/** A figure, or that it is being counted and therefore not told. */
export function Counted({ figure }: { readonly figure: number | null }) {
  const { t } = useTranslation();
  return figure === null ? <StateMark tone="information" label={t('stock.beingCounted')} /> : formatCount(figure);
}
