import { createTheme } from '@mui/material/styles';
import type { Theme } from '@mui/material/styles';
import type { Appearance } from '../stores/appearance-store.ts';
import { componentStyles } from './component-styles.ts';
import { darkPalette, lightPalette } from './palettes.ts';

/** The whole look in light or dark. */
export function makeTheme(appearance: Appearance, nonce: string): Theme {
  const palette = appearance === 'light' ? lightPalette : darkPalette;
  return createTheme({
    palette,
    shape: { borderRadius: 8 },
    typography: {
      fontFamily: '"Inter Variable", Inter, system-ui, sans-serif',
      fontSize: 14,
      h1: { fontSize: '1.625rem', lineHeight: 1.25, fontWeight: 650, letterSpacing: '-0.018em' },
      h2: { fontSize: '1.125rem', lineHeight: 1.35, fontWeight: 650, letterSpacing: '-0.01em' },
      h3: { fontSize: '0.9375rem', lineHeight: 1.4, fontWeight: 650 },
      body1: { fontSize: '0.9375rem', lineHeight: 1.5 },
      body2: { fontSize: '0.875rem', lineHeight: 1.5 },
      caption: { fontSize: '0.8125rem', lineHeight: 1.4 },
      overline: { fontSize: '0.75rem', fontWeight: 650, letterSpacing: '0.08em', lineHeight: 1.6 },
      button: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 },
    },
    components: componentStyles(nonce),
  });
}
