import ContentCut from '@mui/icons-material/ContentCutOutlined';
import Download from '@mui/icons-material/DownloadOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { DestructionView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { handOverFile } from '../../format/hand-over-file.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { DestructionForm } from './destruction-form.tsx';
import { useDestructions } from './use-stock.ts';

const tones = { asked: 'warning', done: 'good', void: 'quiet' } as const;

function useColumns(person: PersonView, download: (row: DestructionView) => void): readonly Column<DestructionView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'number',
      head: t('destruction.number'),
      width: 'content',
      cell: (row) => row.number ?? t('destruction.noNumber'),
    },
    {
      key: 'state',
      head: t('destruction.state'),
      cell: (row) => <StateMark tone={tones[row.state]} label={t(`destruction.is.${row.state}`)} />,
    },
    {
      key: 'when',
      head: t('destruction.when'),
      width: 'content',
      cell: (row) => formatDateTime(row.done ?? row.asked),
    },
    { key: 'method', head: t('destruction.method'), cell: (row) => t(`destruction.by.${row.method}`) },
    {
      key: 'what',
      head: t('destruction.what'),
      cell: (row) =>
        (['cards', 'testCards', 'blanks', 'unusedRibbons', 'usedRibbons'] as const)
          .filter((kind) => row[kind] > 0)
          .map((kind) => t(`destruction.amount.${kind}`, { count: row[kind] }))
          .join(', '),
    },
    {
      key: 'people',
      head: t('destruction.people'),
      cell: (row) => [row.askedBy, ...row.witnesses].join(', '),
    },
    {
      key: 'act',
      head: t('destruction.paper'),
      cell: (row) =>
        row.state === 'done' && person.issuers === 'all' ? (
          <Button
            size="small"
            startIcon={<Download />}
            onClick={() => download(row)}
            aria-label={t('destruction.certificateNamed', { number: row.number ?? '' })}
          >
            {t('destruction.certificate')}
          </Button>
        ) : row.state === 'asked' ? (
          <Link href={addressOf({ kind: 'approval', approval: row.approval })}>{t('destruction.toRequest')}</Link>
        ) : (
          ''
        ),
    },
  ];
}

/** What waits to be destroyed, and what was: one asks, two others watch and sign, a certificate stays. */
export function DestructionTab({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const done = useDestructions();
  const certificate = useCommand(
    (row: DestructionView) => station.stock.certificate({ destruction: row.destruction }),
    ({ fileName, pdfBase64 }) => handOverFile(fileName, pdfBase64, 'application/pdf'),
  );
  const columns = useColumns(person, (row) => certificate.mutate(row));
  return (
    <>
      {actIn(person, 'destroy-stock') && person.issuers === 'all' && <DestructionForm />}
      <Panel title={t('destruction.list')} note={t('destruction.listNote')} padding="none">
        {certificate.isError && (
          <Box sx={{ padding: 2 }}>
            <FaultNotice thrown={certificate.error} />
          </Box>
        )}
        <Shown view={done} skeleton={<SkeletonRows rows={2} />}>
          {({ destructions }) =>
            destructions.length === 0 ? (
              <EmptyState icon={<ContentCut />} title={t('destruction.none')} text={t('destruction.noneDetail')} />
            ) : (
              <PlainTable
                label={t('destruction.list')}
                columns={columns}
                rows={destructions}
                keyOf={(row) => row.destruction}
              />
            )
          }
        </Shown>
      </Panel>
    </>
  );
}
