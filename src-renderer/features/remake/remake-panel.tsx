import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemakeView } from '#shared/contract/views/remake-views.ts';
import { remakeReason } from '#shared/domain/reject-reason.ts';
import type { RemakeReason } from '#shared/domain/reject-reason.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { useWord } from '../../wording/use-word.ts';
import { ReasonDialog } from './reason-dialog.tsx';

function RemakeDialog({ remake, onClose }: { readonly remake: RemakeView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const ask = useCommand(
    ({ reasonCode, remark }: { readonly reasonCode: RemakeReason; readonly remark: string }) =>
      station.remake.request({ batch: remake.batch, order: remake.order, reasonCode, remark }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  return (
    <ReasonDialog
      title={t('remake.askTitle', { order: remake.order })}
      note={t('remake.askNote')}
      submit={t('remake.askNow')}
      reasons={remakeReason.options}
      pending={ask.isPending}
      thrown={ask.error}
      onSubmit={(reasonCode, remark) => ask.mutate({ reasonCode, remark })}
      onClose={onClose}
    />
  );
}

function Row({ remake, onAsk }: { readonly remake: RemakeView; readonly onAsk: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        gap: 2,
        alignItems: 'center',
        paddingInline: 2.5,
        paddingBlock: 1.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>
          <Identifier>{remake.order}</Identifier>
          {remake.maskedPan !== null && (
            <>
              {' · '}
              <Identifier>{remake.maskedPan}</Identifier>
            </>
          )}
        </Typography>
        <Typography variant="body2">
          {remake.waits.text} {remake.waits.next}
        </Typography>
        {remake.lost.map((lost) => (
          <Typography key={lost.attempt} variant="caption" component="p" color="textSecondary">
            {t('remake.lost', {
              number: lost.number,
              disposition: word('disposition', lost.disposition),
              why: lost.why,
              time: formatDateTime(lost.ended),
            })}
            {lost.chipSerial !== null && (
              <>
                {' · '}
                <Identifier>{lost.chipSerial}</Identifier>
              </>
            )}
          </Typography>
        ))}
      </Box>
      {remake.approval !== null ? (
        <Button variant="contained" href={addressOf({ kind: 'approval', approval: remake.approval })}>
          {t('remake.openRequest')}
        </Button>
      ) : remake.mayAsk === 'yes' ? (
        <Button variant="contained" onClick={onAsk} aria-label={t('remake.askNamed', { order: remake.order })}>
          {t('remake.ask')}
        </Button>
      ) : (
        <Typography variant="body2" color="textSecondary">
          {t('remake.notYou')}
        </Typography>
      )}
    </Box>
  );
}

/** Orders of a batch that get another blank only when two people want it. */
export function RemakePanel({ batch }: { readonly batch: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<string | null>(null);
  const view = useView({
    call: 'remake.list',
    input: { batch },
    topics: ['batches', 'approvals', 'looks'],
    ask: (signal) => station.remake.list({ batch }, { signal }),
  });
  if (view.isError) return <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />;
  const remakes = view.data?.remakes ?? [];
  if (remakes.length === 0) return null;
  const asked = remakes.find((one) => one.order === asking);
  return (
    <Panel title={t('remake.title')} note={t('remake.note')} padding="none">
      <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {remakes.map((remake) => (
          <Row key={remake.order} remake={remake} onAsk={() => setAsking(remake.order)} />
        ))}
      </Box>
      {asked !== undefined && <RemakeDialog remake={asked} onClose={() => setAsking(null)} />}
    </Panel>
  );
}
