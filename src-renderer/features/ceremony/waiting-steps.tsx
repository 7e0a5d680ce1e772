import Draw from '@mui/icons-material/DrawOutlined';
import Logout from '@mui/icons-material/LogoutOutlined';
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';
import { ShownCheckValue } from './shown-check-value.tsx';
import { StepTitle } from './step-title.tsx';

type Custodian = CeremonyView['custodians'][number];

/** Leaves the place to the next custodian: this window keeps the ceremony's address, so that it opens again after the login. */
function HandOver({ next }: { readonly next: Custodian }) {
  const { t } = useTranslation();
  const leave = useSession((store) => store.leave);
  const logOut = useCommand(() => station.session.logOut({}), leave);
  return (
    <Box sx={{ display: 'grid', gap: 1.5, justifyItems: 'start' }}>
      {logOut.isError && <FaultNotice thrown={logOut.error} />}
      <Typography color="textSecondary">{t('ceremony.handOverDetail', { person: next.displayName })}</Typography>
      <Button
        variant="contained"
        size="large"
        startIcon={<Logout />}
        loading={logOut.isPending}
        loadingPosition="start"
        onClick={() => logOut.mutate(undefined)}
      >
        {t('ceremony.handOver', { person: next.displayName })}
      </Button>
    </Box>
  );
}

export function WaitStep() {
  const { t } = useTranslation();
  return (
    <>
      <StepTitle title={t('ceremony.waits')} detail={t('ceremony.waitsDetail')} />
      <Box>
        <Button variant="contained" size="large" startIcon={<Draw />} href={addressOf({ kind: 'approvals' })}>
          {t('ceremony.toSignatures')}
        </Button>
      </Box>
    </>
  );
}

/** The station makes the key; its answer is the next step. */
export function WorkingStep() {
  const { t } = useTranslation();
  return (
    <Box role="status" aria-label={t('common.loading')} sx={{ display: 'grid', gap: 2 }}>
      <Skeleton variant="rounded" height={48} />
      <Skeleton variant="rounded" height={112} />
    </Box>
  );
}

/** This custodian's component is in: compare its check value, put the sheet away, leave the place. */
export function EnteredStep({ custodian, next }: { readonly custodian: Custodian; readonly next: Custodian }) {
  const { t } = useTranslation();
  return (
    <>
      <StepTitle title={t('ceremony.enteredTitle')} detail={t('ceremony.enteredDetail')} />
      <ShownCheckValue
        label={t('ceremony.componentKcv', { component: custodian.component })}
        kcv={custodian.kcv ?? '…'}
      />
      <Typography sx={{ fontWeight: 600 }}>{t('ceremony.putAway', { person: next.displayName })}</Typography>
      <HandOver next={next} />
    </>
  );
}

interface OthersStepProps {
  readonly ceremony: CeremonyView;
  readonly next: Custodian;
  readonly who: 'custodian' | 'watcher';
}

/** Another custodian has the turn: to enter, or to confirm. */
export function OthersStep({ ceremony, next, who }: OthersStepProps) {
  const { t } = useTranslation();
  const entering = ceremony.state === 'entering';
  return (
    <>
      {entering ? (
        <StepTitle title={t('ceremony.turnOf', { person: next.displayName })} detail={t('ceremony.turnDetail')} />
      ) : (
        <StepTitle
          title={t(who === 'custodian' ? 'ceremony.confirmedTitle' : 'ceremonyState.confirming')}
          detail={t('ceremony.confirmNext', { person: next.displayName })}
        />
      )}
      {!entering && ceremony.kcv !== null && <ShownCheckValue label={t('ceremony.keyKcv')} kcv={ceremony.kcv} />}
      {entering && (
        <Box sx={{ color: 'text.secondary', display: 'grid', placeItems: 'center', paddingBlock: 2 }}>
          <VisibilityOff aria-hidden sx={{ fontSize: 72, opacity: 0.5 }} />
        </Box>
      )}
      {who === 'watcher' ? (
        <Typography color="textSecondary">{t('ceremony.watching')}</Typography>
      ) : (
        <HandOver next={next} />
      )}
    </>
  );
}
