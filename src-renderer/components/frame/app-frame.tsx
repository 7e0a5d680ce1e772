import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { useRoute } from '../../router/use-route.ts';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

/** Navigation at the left, the person above, the screen in the middle; who counts blindly or enters a key component has nothing else before the eyes. */
export function AppFrame({ person, children }: { readonly person: PersonView; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const route = useRoute();
  return (
    <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
      <Link
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('#content')?.focus();
        }}
        sx={{
          position: 'absolute',
          left: 12,
          top: -60,
          zIndex: 'tooltip',
          padding: 1.5,
          backgroundColor: 'background.paper',
          '&:focus': { top: 12 },
        }}
      >
        {t('frame.skip')}
      </Link>
      {route.kind !== 'count' && route.kind !== 'ceremony' && <Navigation person={person} />}
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <TopBar person={person} />
        <Box
          component="main"
          id="content"
          tabIndex={0}
          sx={{ flex: 1, minHeight: 0, overflowY: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
        >
          <Box sx={{ maxWidth: 1680, marginInline: 'auto', padding: 3 }}>{children}</Box>
        </Box>
      </Box>
    </Box>
  );
}
