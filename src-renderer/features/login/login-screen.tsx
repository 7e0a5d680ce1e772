import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import { BrandMark } from '../../components/brand.tsx';
import { AppearanceButton } from '../../components/frame/top-bar.tsx';
import { Guilloche } from '../../components/guilloche.tsx';
import { Notice } from '../../components/notice.tsx';
import { useSession } from '../../stores/session-store.ts';
import { LoginForm, useCredentialsForm } from './login-form.tsx';
import { TrainingPeople } from './training-people.tsx';

function BrandSide({ hello }: { readonly hello: HelloView }) {
  const { t } = useTranslation();
  return (
    <Box
      component="header"
      sx={{
        position: 'relative',
        overflow: 'hidden',
        flex: '0 0 38%',
        display: 'flex',
        flexDirection: 'column',
        justifyContent: 'space-between',
        padding: 5,
        color: 'nav.text',
        backgroundColor: 'nav.ground',
      }}
    >
      <Box aria-hidden sx={{ position: 'absolute', right: -260, bottom: -220 }}>
        <Guilloche size={860} colour="#8fcabf" strength={0.34} />
      </Box>
      <Box sx={{ position: 'relative', display: 'flex', alignItems: 'center', gap: 1.5 }}>
        <BrandMark size={46} />
        <Typography sx={{ fontWeight: 700, fontSize: '1.5rem', letterSpacing: '-0.025em' }}>Cardwright</Typography>
      </Box>
      <Box sx={{ position: 'relative', maxWidth: 420 }}>
        <Typography sx={{ fontSize: '1.75rem', fontWeight: 650, letterSpacing: '-0.02em', lineHeight: 1.25 }}>
          {t('login.line')}
        </Typography>
        <Typography sx={{ marginTop: 1.5, color: 'nav.quiet' }}>{t('login.lineDetail')}</Typography>
      </Box>
      <Typography variant="caption" sx={{ position: 'relative', color: 'nav.quiet' }}>
        {t('login.station', { station: hello.station, version: hello.version })}
      </Typography>
    </Box>
  );
}

/** Where everybody starts. In training it also says who there is. */
export function LoginScreen({ hello }: { readonly hello: HelloView }) {
  const { t } = useTranslation();
  const form = useCredentialsForm();
  const closed = useSession((store) => store.closed);
  useEffect(() => {
    document.title = `${t('login.title')} · Cardwright`;
  }, [t]);
  return (
    <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
      <BrandSide hello={hello} />
      <Box component="main" sx={{ flex: 1, overflowY: 'auto', display: 'flex', flexDirection: 'column' }}>
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', padding: 1.5 }}>
          <AppearanceButton />
        </Box>
        <Box
          sx={{ flex: 1, display: 'grid', alignContent: 'center', justifyContent: 'center', padding: 3, paddingTop: 0 }}
        >
          <Box sx={{ width: 'min(540px, 100%)', display: 'grid', gap: 2.5 }}>
            <Typography variant="h1">{t('login.title')}</Typography>
            {closed !== null && (
              <Notice tone="information" role="status" title={t(`login.closed.${closed}`)}>
                {t('login.closedDetail')}
              </Notice>
            )}
            {hello.notices.map((notice) => (
              <Notice key={notice.code} tone="warning" title={notice.text} />
            ))}
            <LoginForm form={form} />
            {hello.trainingPeople.length > 0 && (
              <Box
                component="section"
                aria-labelledby="training-people"
                sx={{ display: 'grid', gap: 1.25, marginTop: 1 }}
              >
                <Box>
                  <Typography variant="h2" id="training-people">
                    {t('login.people')}
                  </Typography>
                  <Typography variant="body2" color="textSecondary">
                    {t('login.peopleDetail')}
                  </Typography>
                </Box>
                <TrainingPeople
                  people={hello.trainingPeople}
                  onChoose={(person) => {
                    form.setValue('person', person.person, { shouldValidate: true });
                    form.setValue('password', person.password, { shouldValidate: true });
                    form.setFocus('password');
                  }}
                />
              </Box>
            )}
          </Box>
        </Box>
      </Box>
    </Box>
  );
}
