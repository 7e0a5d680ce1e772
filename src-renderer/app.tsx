import { CacheProvider } from '@emotion/react';
import type { EmotionCache } from '@emotion/cache';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryClient } from './queries/query-client.ts';
import { useAppearance } from './stores/appearance-store.ts';
import { makeTheme } from './theme/theme.ts';
import { Window } from './window.tsx';

/** The look and the data under everything. */
export function App({ cache, nonce }: { readonly cache: EmotionCache; readonly nonce: string }) {
  const appearance = useAppearance((store) => store.appearance);
  const theme = useMemo(() => makeTheme(appearance, nonce), [appearance, nonce]);
  return (
    <CacheProvider value={cache}>
      <ThemeProvider theme={theme}>
        <CssBaseline enableColorScheme />
        <QueryClientProvider client={queryClient}>
          <Window />
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}
