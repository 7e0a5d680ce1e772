import type { Theme } from '@mui/material/styles';

/** What a colour says; never the only thing that says it. */
export type Tone = 'quiet' | 'information' | 'busy' | 'good' | 'warning' | 'bad';

/** Text and ground of a tone, with 4.5:1 between them in light and dark. */
export function toneColours(theme: Theme, tone: Tone): { readonly text: string; readonly ground: string } {
  const { palette } = theme;
  const dark = palette.mode === 'dark';
  switch (tone) {
    case 'quiet':
      return { text: palette.text.secondary, ground: dark ? '#22302d' : '#e8ece9' };
    case 'information':
      return { text: dark ? palette.info.main : palette.info.dark, ground: palette.info.light };
    case 'busy':
      return { text: dark ? palette.primary.main : palette.primary.dark, ground: dark ? '#12332f' : '#d9eeea' };
    case 'good':
      return { text: dark ? palette.success.main : palette.success.dark, ground: palette.success.light };
    case 'warning':
      return { text: dark ? palette.warning.main : palette.warning.dark, ground: palette.warning.light };
    case 'bad':
      return { text: dark ? palette.error.main : palette.error.dark, ground: palette.error.light };
  }
}
