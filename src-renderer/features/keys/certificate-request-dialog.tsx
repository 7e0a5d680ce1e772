import ContentCopy from '@mui/icons-material/ContentCopyOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CertificateRequestView } from '#shared/contract/views/certificate-views.ts';
import { Facts } from '../../components/facts.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { handOverFile } from '../../format/hand-over-file.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { certificateForms as forms, ShortField } from './short-field.tsx';

/** The request as it goes to the scheme, with the hash that is read out over another channel. */
function MadeRequest({ made, onClose }: { readonly made: CertificateRequestView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'by-hand'>('no');
  const copy = () => {
    field.current?.focus();
    field.current?.select();
    navigator.clipboard.writeText(made.hex.toUpperCase()).then(
      () => setCopied('yes'),
      () => setCopied('by-hand'),
    );
  };
  const save = () =>
    handOverFile(`${made.key.replaceAll('/', '-')}-request.bin`, made.base64, 'application/octet-stream');
  const facts = [
    { label: t('certificate.identifier'), value: made.issuerIdentifier },
    { label: t('certificate.wantedUntil'), value: made.expires },
    { label: t('certificate.tracking'), value: made.trackingNumber },
    { label: t('certificate.ownSerial'), value: made.serial.toUpperCase() },
    { label: t('certificate.size'), value: t('certificate.bits', { bits: made.modulus.length * 4 }) },
    { label: t('certificate.requestHash'), value: made.hash.toUpperCase() },
  ];
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="md">
      <DialogTitle id={id} component="h2" sx={{ fontSize: '1.25rem', fontWeight: 650, paddingBottom: 0.5 }}>
        {t('certificate.madeTitle', { key: made.key })}
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2" color="textSecondary">
          {t('certificate.madeNote')}
        </Typography>
        <Facts form="lines" facts={facts} />
        <TextField
          label={t('certificate.request')}
          multiline
          maxRows={6}
          value={made.hex.toUpperCase()}
          inputRef={field}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly: true, spellCheck: false } }}
          sx={{
            marginTop: 1,
            '& textarea': { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '0.8125rem' },
          }}
        />
        <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
          <Button startIcon={<ContentCopy />} onClick={copy}>
            {t('certificate.copy')}
          </Button>
          <span role="status">
            {copied === 'yes' && t('certificate.copied')}
            {copied === 'by-hand' && t('certificate.copyByHand')}
          </span>
        </Box>
      </DialogContent>
      <DialogActions sx={{ paddingInline: 3, paddingBottom: 2.5 }}>
        <Button size="large" onClick={onClose}>
          {t('common.close')}
        </Button>
        <Button variant="contained" size="large" onClick={save} autoFocus>
          {t('certificate.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface CertificateRequestDialogProps {
  readonly keyName: string;
  readonly onClose: () => void;
}

/** Has an issuer key sign a request for its certificate, and hands it over. */
export function CertificateRequestDialog({ keyName, onClose }: CertificateRequestDialogProps) {
  const { t } = useTranslation();
  const [identifier, setIdentifier] = useState('');
  const [expires, setExpires] = useState('');
  const [tracking, setTracking] = useState('');
  const [serial, setSerial] = useState('');
  const make = useCommand(() =>
    station.keys.certificateRequest({
      key: keyName,
      issuerIdentifier: identifier,
      expires,
      trackingNumber: tracking,
      serial,
    }),
  );
  if (make.data !== undefined) return <MadeRequest made={make.data} onClose={onClose} />;
  const ready =
    forms.identifier.test(identifier) &&
    forms.month.test(expires) &&
    forms.tracking.test(tracking) &&
    forms.serial.test(serial);
  return (
    <FormDialog
      title={t('certificate.requestTitle', { key: keyName })}
      note={t('certificate.requestNote')}
      submit={t('certificate.make')}
      pending={make.isPending}
      ready={ready}
      thrown={make.error}
      onSubmit={() => make.mutate(undefined)}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr', marginTop: 1 }}>
        <ShortField
          label={t('certificate.identifier')}
          value={identifier}
          form={forms.identifier}
          wrong={t('certificate.identifierWrong')}
          hint={t('certificate.identifierHint')}
          onChange={setIdentifier}
        />
        <ShortField
          label={t('certificate.wantedUntil')}
          value={expires}
          form={forms.month}
          wrong={t('certificate.monthWrong')}
          hint={t('certificate.monthHint')}
          onChange={setExpires}
        />
        <ShortField
          label={t('certificate.tracking')}
          value={tracking}
          form={forms.tracking}
          wrong={t('certificate.trackingWrong')}
          hint={t('certificate.trackingHint')}
          onChange={setTracking}
        />
        <ShortField
          label={t('certificate.ownSerial')}
          value={serial}
          form={forms.serial}
          wrong={t('certificate.serialWrong')}
          hint={t('certificate.serialHint')}
          onChange={setSerial}
        />
      </Box>
    </FormDialog>
  );
}
