import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { LineChoice, LineView } from '#shared/contract/views/line-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

type Fault = NonNullable<LineView['fault']>;

/** Faults that are put right on the stock screen. */
const ofTheStock: readonly string[] = ['PRODUCTION-OTHER-BLANKS', 'PRODUCTION-NO-BLANKS', 'STOCK-COUNT-OPEN'];

/** What follows from a choice, said before it is taken. */
function useConsequence(fault: Fault): (choice: LineChoice['choice']) => string {
  const { t } = useTranslation();
  const empty = fault.guide.card.kind === 'no-card' || fault.guide.card.kind === 'other-card';
  return (choice) => {
    if (choice === 'stop-batch' && empty) return t('guide.follows.stop-batch-empty');
    if (choice === 'card-removed' && fault.guide.place === 'feeder') return t('guide.follows.card-removed-unfed');
    return t(`guide.follows.${choice}`);
  };
}

interface RecoveryChoicesProps {
  readonly line: string;
  readonly fault: Fault;
}

/** The one next step, large, and the other ways on, quietly below; each says what follows from it before it is taken. */
export function RecoveryChoices({ line, fault }: RecoveryChoicesProps) {
  const { t } = useTranslation();
  const id = useId();
  const consequence = useConsequence(fault);
  const resolve = useCommand((choice: LineChoice['choice']) => station.production.resolve({ line, choice }));
  const first = fault.choices.find((choice) => choice.primary) ?? fault.choices[0];
  const others = fault.choices.filter((choice) => choice !== first);
  const pending = resolve.isPending ? resolve.variables : null;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {resolve.isError && <FaultNotice thrown={resolve.error} />}
      {first !== undefined && (
        <Box sx={{ display: 'grid', gap: 0.75, justifyItems: 'start' }}>
          <Button
            variant="contained"
            size="large"
            endIcon={<ArrowForward />}
            aria-describedby={`${id}-first`}
            loading={pending === first.choice}
            loadingPosition="end"
            disabled={resolve.isPending}
            onClick={() => resolve.mutate(first.choice)}
            sx={{ minHeight: 56, minWidth: 260, fontSize: '1.0625rem' }}
          >
            {first.label}
          </Button>
          <Typography id={`${id}-first`} variant="body2" color="textSecondary">
            {consequence(first.choice)}
          </Typography>
          {ofTheStock.includes(fault.code) && (
            <Link href={addressOf({ kind: 'stock', tab: 'places' })} variant="body2">
              {t('guide.toStock')}
            </Link>
          )}
        </Box>
      )}
      {others.length > 0 && (
        <Box sx={{ display: 'grid', gap: 1, borderTop: 1, borderColor: 'divider', paddingTop: 1.5 }}>
          <Typography variant="caption" component="p" color="textSecondary" sx={{ fontWeight: 600 }}>
            {t('guide.others')}
          </Typography>
          {others.map((choice) => (
            <Box
              key={choice.choice}
              sx={{ display: 'grid', gridTemplateColumns: '168px minmax(0, 1fr)', gap: 2, alignItems: 'center' }}
            >
              <Button
                size="small"
                aria-describedby={`${id}-${choice.choice}`}
                loading={pending === choice.choice}
                disabled={resolve.isPending}
                onClick={() => resolve.mutate(choice.choice)}
              >
                {choice.label}
              </Button>
              <Typography id={`${id}-${choice.choice}`} variant="body2" color="textSecondary">
                {consequence(choice.choice)}
              </Typography>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}
