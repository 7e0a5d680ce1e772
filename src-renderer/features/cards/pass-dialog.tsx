import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { PassView } from '#shared/contract/views/card-views.ts';
import type { PassCheck, PassPartName } from '#shared/journal-format/pass-certificate.ts';
import { Facts } from '../../components/facts.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTimeSecond } from '../../format/dates.ts';
import { useWord } from '../../wording/use-word.ts';
import { usePass } from './use-cards.ts';

interface CheckRow extends PassCheck {
  readonly key: string;
  readonly part: PassPartName;
}

const tones = { right: 'good', wrong: 'bad', 'not-done': 'quiet' } as const;

function useColumns(): readonly Column<CheckRow>[] {
  const { t } = useTranslation();
  const word = useWord();
  return [
    {
      key: 'part',
      head: t('pass.column.part'),
      width: 'content',
      cell: ({ part, application }) =>
        application === null ? t(`pass.part.${part}`) : `${t(`pass.part.${part}`)}, ${application}`,
    },
    { key: 'check', head: t('pass.column.check'), cell: ({ name }) => word('passCheck', name) },
    {
      key: 'outcome',
      head: t('pass.column.outcome'),
      width: 'content',
      cell: ({ outcome }) => <StateMark tone={tones[outcome]} label={t(`pass.outcome.${outcome}`)} />,
    },
    { key: 'clause', head: t('pass.column.clause'), cell: ({ clause }) => clause },
  ];
}

function useLookWords(): (view: PassView) => string {
  const { t } = useTranslation();
  return ({ looks, certificate }) => {
    const look = looks.at(-1);
    if (look === undefined) {
      return certificate.lookEvery === null
        ? t('pass.looks.noneAtAll')
        : t('pass.looks.none', { every: certificate.lookEvery });
    }
    if (look.result === null) return t('pass.looks.outstanding');
    return t(`pass.looks.${look.result}`, { by: look.by ?? '' });
  };
}

function Certificate({ view }: { readonly view: PassView }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns = useColumns();
  const lookWords = useLookWords();
  const { certificate: pass } = view;
  const counter = pass.parts.find(({ transactionCounter }) => transactionCounter !== null)?.transactionCounter ?? null;
  const rows = pass.parts.flatMap(({ part, checks }) =>
    checks.map((check, at) => ({
      ...check,
      part,
      key: `${part} ${check.application ?? ''} ${check.name} ${String(at)}`,
    })),
  );
  const facts = [
    { label: t('pass.product'), value: `${view.productTitle} (${pass.product}), ${view.issuerTitle}` },
    { label: t('pass.order'), value: <Identifier>{pass.order}</Identifier> },
    { label: t('pass.pan'), value: <Identifier>{pass.maskedPan ?? t('pass.noPan')}</Identifier> },
    ...(pass.chipSerial === null ? [] : [{ label: t('pass.chip'), value: <Identifier>{pass.chipSerial}</Identifier> }]),
    { label: t('pass.blank'), value: t('pass.blankOf', { lot: pass.lot, number: pass.number }) },
    {
      label: t('pass.made'),
      value: t('pass.madeAt', { time: formatDateTimeSecond(pass.time), line: pass.line, station: pass.station }),
    },
    ...(counter === null ? [] : [{ label: t('pass.counter'), value: String(counter) }]),
    { label: t('pass.look'), value: lookWords(view) },
    {
      label: t('pass.keys'),
      value:
        pass.keys.length === 0 ? t('pass.noKeys') : pass.keys.map(({ name, kcv }) => `${name} (${kcv})`).join(', '),
    },
    { label: t('pass.entry'), value: String(pass.entry.sequence) },
    { label: t('pass.digest'), value: <Identifier>{view.digest}</Identifier> },
  ];
  return (
    <>
      <Notice
        tone={view.signature === 'right' ? 'good' : 'bad'}
        title={t(`pass.signature.${view.signature}`)}
        role="status"
      >
        {view.signature === 'right'
          ? t('pass.signature.rightDetail', { station: pass.station })
          : t('pass.signature.wrongDetail')}
      </Notice>
      {view.disposition !== 'good' && (
        <Notice tone="warning" title={t('pass.recalled')}>
          {t('pass.recalledDetail', { disposition: word('disposition', view.disposition) })}
        </Notice>
      )}
      <Facts facts={facts} form="lines" />
      <PlainTable label={t('pass.checks')} columns={columns} rows={rows} keyOf={(row) => row.key} />
    </>
  );
}

interface PassDialogProps {
  readonly attempt: string;
  readonly onClose: () => void;
}

/** What the station has proven of a good card, in words, and whether its signature holds. */
export function PassDialog({ attempt, onClose }: PassDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const view = usePass(attempt);
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="lg">
      <DialogTitle id={id} component="h2" sx={{ fontSize: '1.25rem', fontWeight: 650, paddingBottom: 0.5 }}>
        {t('pass.title')}
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2" color="textSecondary">
          {t('pass.note')}
        </Typography>
        <Shown view={view} skeleton={<SkeletonRows rows={6} />}>
          {(data) => <Certificate view={data} />}
        </Shown>
      </DialogContent>
      <DialogActions sx={{ paddingInline: 3, paddingBottom: 2.5 }}>
        <Box sx={{ flex: 1 }}>
          <Button size="large" loading={view.isFetching} onClick={() => void view.refetch()}>
            {t('pass.verify')}
          </Button>
        </Box>
        <Button size="large" variant="contained" onClick={onClose}>
          {t('pass.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
