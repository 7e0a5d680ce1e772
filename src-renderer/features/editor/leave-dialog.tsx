import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface LeaveDialogProps {
  /** Where the person wants to go; null while nobody leaves. */
  readonly to: string | null;
  readonly name: string;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks before unsaved changes are lost. */
export function LeaveDialog({ to, name, onStay, onLeave }: LeaveDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Dialog open={to !== null} onClose={onStay} aria-labelledby={id}>
      <DialogTitle id={id} component="h2">
        {t('editor.leaveTitle', { name })}
      </DialogTitle>
      <DialogContent>{t('editor.leaveDetail')}</DialogContent>
      <DialogActions sx={{ paddingInline: 3, paddingBottom: 2.5 }}>
        <Button size="large" color="error" onClick={onLeave}>
          {t('editor.leave')}
        </Button>
        <Button size="large" variant="contained" autoFocus onClick={onStay}>
          {t('editor.stay')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
