import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { Shown } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { CeremonyStateMark } from './ceremony-state-mark.tsx';
import { ceremonyStep } from './ceremony-turn.ts';
import { ConfirmStep } from './confirm-step.tsx';
import { CustodianRail } from './custodian-rail.tsx';
import { EndStep } from './end-step.tsx';
import { EnterStep } from './enter-step.tsx';
import { GivingUp } from './giving-up.tsx';
import { EnteredStep, OthersStep, WaitStep, WorkingStep } from './waiting-steps.tsx';
import { useCeremony } from './use-ceremony.ts';

function Step({ ceremony, person }: { readonly ceremony: CeremonyView; readonly person: PersonView }) {
  const step = ceremonyStep(ceremony, person.person);
  switch (step.kind) {
    case 'wait-for-approval':
      return <WaitStep />;
    case 'enter':
      return <EnterStep key={step.custodian.component} ceremony={ceremony} round={step.round} />;
    case 'entered':
      return <EnteredStep custodian={step.custodian} next={step.next} />;
    case 'confirm':
      return <ConfirmStep ceremony={ceremony.ceremony} kcv={step.kcv} />;
    case 'others':
      return <OthersStep ceremony={ceremony} next={step.next} who={step.who} />;
    case 'ended':
      return <EndStep ceremony={ceremony} state={step.state} />;
    case 'working':
      return <WorkingStep />;
  }
}

/** One ceremony with nothing beside it: one step at a time, for the person who is at this window. */
export function CeremonyScreen({ id, person }: { readonly id: string; readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useCeremony(id);
  return (
    <Box sx={{ width: '100%', maxWidth: 1240, marginInline: 'auto' }}>
      <Page
        title={t('ceremony.title')}
        above={
          <Link href={addressOf({ kind: 'keys', tab: 'ceremonies', key: null })} variant="body2">
            {t('ceremony.back')}
          </Link>
        }
        beside={view.data !== undefined && <CeremonyStateMark state={view.data.state} />}
      >
        <Shown view={view} skeleton={<Skeleton variant="rounded" height={420} />}>
          {(ceremony) => (
            <>
              <Box sx={{ marginTop: -1.5 }}>
                <Typography sx={{ fontSize: '1.125rem', fontWeight: 600 }}>{ceremony.key.name}</Typography>
                <Typography color="textSecondary">
                  {t('ceremony.keyLine', {
                    usage: ceremony.key.usageTitle,
                    algorithm: ceremony.key.algorithm,
                    version: ceremony.key.version,
                  })}
                </Typography>
              </Box>
              <Box
                sx={{
                  display: 'grid',
                  gap: 2.5,
                  gridTemplateColumns: 'minmax(0, 1fr) 320px',
                  alignItems: 'start',
                }}
              >
                <Paper
                  variant="outlined"
                  sx={{ padding: 4, display: 'grid', gap: 2.5, minHeight: 400, alignContent: 'start' }}
                >
                  <Step ceremony={ceremony} person={person} />
                </Paper>
                <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}>
                  <CustodianRail ceremony={ceremony} person={person} />
                  {actIn(person, 'enter-component') && <GivingUp ceremony={ceremony} person={person} />}
                </Box>
              </Box>
            </>
          )}
        </Shown>
      </Page>
    </Box>
  );
}
