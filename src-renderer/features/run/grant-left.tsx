import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { GrantView } from '#shared/contract/views/batch-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { formatSpan } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';

interface GrantLeftProps {
  readonly grant: GrantView;
  /** Cards that are still to be made. */
  readonly remaining: number;
}

/** How many cards may still be begun before the CMS is needed; a mark once that is fewer than are to be made. */
export function GrantLeft({ grant, remaining }: GrantLeftProps) {
  const { t } = useTranslation();
  const { cardsLeft, secondsLeft } = grant;
  const count = t('sync.grantLeft', { count: cardsLeft, shown: formatCount(cardsLeft) });
  const words = cardsLeft > 0 ? `${count}, ${t('sync.grantTime', { span: formatSpan(secondsLeft) })}` : count;
  if (remaining > 0 && cardsLeft < remaining)
    return <StateMark tone={cardsLeft === 0 ? 'warning' : 'information'} label={words} />;
  return (
    <Typography variant="caption" color="textSecondary">
      {words}
    </Typography>
  );
}
