import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from './fault-notice.tsx';

interface FormDialogProps {
  readonly title: string;
  /** What follows from it, said before it is done. */
  readonly note: string;
  /** The one button that goes on. */
  readonly submit: string;
  readonly pending: boolean;
  readonly ready: boolean;
  readonly thrown: Error | null;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form over the screen it belongs to; Escape leaves it and nothing was done. */
export function FormDialog(props: FormDialogProps) {
  const { title, note, submit, pending, ready, thrown, onSubmit, onClose, children } = props;
  const { t } = useTranslation();
  const id = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !pending) onSubmit();
  };
  return (
    <Dialog open onClose={pending ? undefined : onClose} aria-labelledby={id} fullWidth maxWidth="md">
      <Box component="form" noValidate onSubmit={send} sx={{ display: 'contents' }}>
        <DialogTitle id={id} component="h2" sx={{ fontSize: '1.25rem', fontWeight: 650, paddingBottom: 0.5 }}>
          {title}
        </DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <Typography variant="body2" color="textSecondary">
            {note}
          </Typography>
          {children}
          {thrown !== null && <FaultNotice thrown={thrown} />}
        </DialogContent>
        <DialogActions sx={{ paddingInline: 3, paddingBottom: 2.5 }}>
          <Button size="large" onClick={onClose} disabled={pending}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" variant="contained" size="large" loading={pending} disabled={!ready}>
            {submit}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
