import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';

/** Says on every screen that nothing here is a real card. */
export function TrainingBanner() {
  const { t } = useTranslation();
  return (
    <Box
      component="section"
      aria-label={t('training.label')}
      sx={(theme) => ({
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        gap: 1.5,
        height: 30,
        fontSize: '0.8125rem',
        color: theme.palette.training.text,
        backgroundColor: theme.palette.training.ground,
        backgroundImage: `repeating-linear-gradient(-45deg, ${theme.palette.training.stripe} 0 10px, transparent 10px 22px)`,
      })}
    >
      <Box
        component="span"
        sx={(theme) => ({ backgroundColor: theme.palette.training.ground, paddingInline: 1.5, borderRadius: 1 })}
      >
        <Box component="strong" sx={{ letterSpacing: '0.14em' }}>
          {t('training.word')}
        </Box>
        {' · '}
        {t('training.sentence')}
      </Box>
    </Box>
  );
}
