import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useId } from 'react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { readKeyPress } from './key-press.ts';
import type { KeyPress } from './key-press.ts';

interface ComponentFieldProps {
  readonly count: number;
  readonly characters: number;
  /** For who gives the focus back to it. */
  readonly field: RefObject<HTMLDivElement | null>;
  readonly onPress: (press: KeyPress) => void;
}

/**
 * The field of a component. It is no input of the browser: no key press has a value in the page, nothing completes it, and its whole
 * content is how many characters the station has.
 */
export function ComponentField({ count, characters, field, onPress }: ComponentFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  useEffect(() => field.current?.focus(), [field]);
  const refusePaste = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    onPress({ kind: 'paste' });
  };
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="body2" color="textSecondary" id={id}>
        {t('ceremony.field')}
      </Typography>
      <Box
        ref={field}
        role="textbox"
        tabIndex={0}
        aria-labelledby={id}
        onPaste={refusePaste}
        onDrop={refusePaste}
        onDragOver={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          const press = readKeyPress(event);
          if (press.kind === 'none') return;
          event.preventDefault();
          onPress(press);
        }}
        sx={{
          display: 'grid',
          placeItems: 'center',
          minHeight: 96,
          border: 2,
          borderColor: 'divider',
          borderRadius: '12px',
          backgroundColor: 'well',
          fontSize: '2.5rem',
          fontWeight: 650,
          fontVariantNumeric: 'tabular-nums',
          letterSpacing: '-0.01em',
          cursor: 'text',
          '&:focus': { borderColor: 'primary.main', outline: 'none' },
        }}
      >
        {t('ceremony.count', { count, characters })}
      </Box>
      <ProgressBar label={t('ceremony.field')} part={characters === 0 ? 0 : count / characters} />
    </Box>
  );
}
