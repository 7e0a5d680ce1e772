import Add from '@mui/icons-material/AddOutlined';
import ArrowDownward from '@mui/icons-material/ArrowDownwardOutlined';
import ArrowUpward from '@mui/icons-material/ArrowUpwardOutlined';
import Delete from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import { useEditing } from './editor-context.ts';

interface RowActionsProps {
  /** What the row is, for the names of its buttons. */
  readonly name: string;
  readonly at: number;
  readonly of: number;
  readonly onMove: (from: number, to: number) => void;
  readonly onRemove: (at: number) => void;
}

/** Moves a row up and down, or takes it out. */
export function RowActions({ name, at, of, onMove, onRemove }: RowActionsProps) {
  const { t } = useTranslation();
  const { state } = useEditing();
  const acts = [
    { word: t('editor.moveUp', { name }), Icon: ArrowUpward, possible: at > 0, act: () => onMove(at, at - 1) },
    { word: t('editor.moveDown', { name }), Icon: ArrowDownward, possible: at < of - 1, act: () => onMove(at, at + 1) },
    { word: t('editor.remove', { name }), Icon: Delete, possible: true, act: () => onRemove(at) },
  ];
  return (
    <Box sx={{ display: 'flex' }}>
      {acts.map(({ word, Icon, possible, act }) => (
        <Tooltip key={word} title={word}>
          <span>
            <IconButton size="small" aria-label={word} disabled={!possible || state === 'locked'} onClick={act}>
              <Icon fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
      ))}
    </Box>
  );
}

export function AddRow({ label, onAdd }: { readonly label: string; readonly onAdd: () => void }) {
  const { state } = useEditing();
  return (
    <Button
      size="small"
      startIcon={<Add />}
      disabled={state === 'locked'}
      onClick={onAdd}
      sx={{ justifySelf: 'start' }}
    >
      {label}
    </Button>
  );
}
