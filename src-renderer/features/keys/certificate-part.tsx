import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import { Facts } from '../../components/facts.tsx';
import type { Fact } from '../../components/facts.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { CertificateImportDialog } from './certificate-import-dialog.tsx';
import { CertificateRequestDialog } from './certificate-request-dialog.tsx';

interface CertificatePartProps {
  readonly registryKey: RegistryKeyView;
  /** Whether this person asks for key acts at all. */
  readonly asks: 'yes' | 'no';
}

function useCertificateFacts({ certificate, certificateRequest }: RegistryKeyView): readonly Fact[] {
  const { t } = useTranslation();
  return [
    ...(certificate === null
      ? []
      : [
          { label: t('certificate.serial'), value: certificate.serial.toUpperCase() },
          { label: t('certificate.lastMonth'), value: certificate.expires },
          {
            label: t('certificate.authority'),
            value: `${certificate.rid.toUpperCase()} · ${certificate.authorityKeyIndex.toUpperCase()}`,
          },
        ]),
    ...(certificateRequest === null
      ? []
      : [
          { label: t('certificate.requested'), value: formatDateTime(certificateRequest.requestedAt) },
          { label: t('certificate.identifier'), value: certificateRequest.issuerIdentifier },
          { label: t('certificate.requestHash'), value: certificateRequest.hash.toUpperCase() },
        ]),
  ];
}

/** The certificate of an issuer pair: how it stands, its request, and its import. */
export function CertificatePart({ registryKey, asks }: CertificatePartProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'nothing' | 'request' | 'import'>('nothing');
  const facts = useCertificateFacts(registryKey);
  const { name, state, certificate, certificateRequest } = registryKey;
  const may = asks === 'yes' && (state === 'active' || state === 'pre-active');
  const standing = certificateRequest === null ? 'certificate.none' : 'certificate.waiting';
  const close = () => setOpen('nothing');
  return (
    <Box component="section" aria-labelledby="key-certificate" sx={{ display: 'grid', gap: 1.5 }}>
      <Typography variant="h3" id="key-certificate">
        {t('certificate.title')}
      </Typography>
      {certificate === null && (
        <Typography variant="body2" color="textSecondary">
          {t(standing)}
        </Typography>
      )}
      {facts.length > 0 && <Facts form="lines" facts={facts} />}
      {may && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <Button onClick={() => setOpen('request')}>{t('certificate.ask')}</Button>
          {certificateRequest !== null && <Button onClick={() => setOpen('import')}>{t('certificate.bring')}</Button>}
        </Box>
      )}
      {open === 'request' && <CertificateRequestDialog keyName={name} onClose={close} />}
      {open === 'import' && <CertificateImportDialog keyName={name} onClose={close} />}
    </Box>
  );
}
