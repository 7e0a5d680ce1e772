import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { AppFrame } from './components/frame/app-frame.tsx';
import { LostLinkBar } from './components/frame/lost-link-bar.tsx';
import { TrainingBanner } from './components/frame/training-banner.tsx';
import { LoginScreen } from './features/login/login-screen.tsx';
import { Screens } from './screens.tsx';
import { followSession, forgetEverything, keepGreeting } from './stores/follow-station.ts';
import { useLinkStore } from './stores/link-store.ts';
import { useSession } from './stores/session-store.ts';

function Waiting() {
  const { t } = useTranslation();
  return (
    <Box component="main" sx={{ flex: 1, display: 'grid', placeContent: 'center', justifyItems: 'center', gap: 2 }}>
      <CircularProgress aria-hidden />
      <Typography component="h1" variant="body1" role="status" color="textSecondary">
        {t('frame.connecting')}
      </Typography>
    </Box>
  );
}

/** Greets the station on every new connection, and follows what is live for the person who works here. */
function useStation(): void {
  const connection = useLinkStore((store) => store.connection);
  const person = useSession((store) => store.person?.person ?? null);
  useEffect(() => {
    if (connection === 0) return undefined;
    const end = new AbortController();
    void keepGreeting(end.signal);
    return () => end.abort();
  }, [connection]);
  useEffect(() => {
    if (person === null || connection === 0) return undefined;
    return followSession();
  }, [person, connection]);
  useEffect(() => (person === null ? forgetEverything() : forgetEverything), [person]);
}

/** The whole window: banner, lost link, and the login or the screens. */
export function Window() {
  const hello = useSession((store) => store.hello);
  const person = useSession((store) => store.person);
  useStation();
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      {hello?.mode === 'training' && <TrainingBanner />}
      <LostLinkBar />
      {hello === null && <Waiting />}
      {hello !== null && person === null && <LoginScreen hello={hello} />}
      {hello !== null && person !== null && (
        <AppFrame person={person}>
          <Screens person={person} />
        </AppFrame>
      )}
    </Box>
  );
}
