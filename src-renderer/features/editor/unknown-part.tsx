import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { DraftContent } from '#shared/contract/calls/products-calls.ts';
import { Panel } from '../../components/panel.tsx';
import { unknownParts } from './draft-content.ts';

/** What no field of the form stands for: it is kept as it is, and shown. */
export function UnknownPart({ content, known }: { readonly content: DraftContent; readonly known: readonly string[] }) {
  const { t } = useTranslation();
  const left = unknownParts(content, known);
  if (Object.keys(left).length === 0) return null;
  return (
    <Panel title={t('editor.kept')} note={t('editor.keptNote')}>
      <Box
        component="pre"
        tabIndex={0}
        aria-label={t('editor.kept')}
        role="region"
        sx={{
          margin: 0,
          padding: 1.5,
          maxHeight: 320,
          overflow: 'auto',
          borderRadius: '8px',
          backgroundColor: 'well',
          fontSize: '0.8125rem',
        }}
      >
        {JSON.stringify(left, null, 2)}
      </Box>
    </Panel>
  );
}
