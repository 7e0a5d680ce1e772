import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { authorityName, isHex, plainHex } from './brought-bytes.ts';
import { BytesField } from './bytes-field.tsx';
import { useAuthorities } from './use-keys.ts';

interface CertificateImportDialogProps {
  readonly keyName: string;
  readonly onClose: () => void;
}

/** Asks for the import of an issuer certificate, which is checked before anybody signs. */
export function CertificateImportDialog({ keyName, onClose }: CertificateImportDialogProps) {
  const { t } = useTranslation();
  const authorities = useAuthorities().data?.authorities;
  const [chosen, setChosen] = useState('');
  const [certificate, setCertificate] = useState('');
  const [remainder, setRemainder] = useState('');
  const authority = authorities?.find((one) => authorityName(one) === chosen);
  const ask = useCommand(
    ({ rid, index }: { readonly rid: string; readonly index: number }) =>
      station.keys.requestCertificateImport({
        key: keyName,
        rid,
        index,
        certificate: plainHex(certificate),
        remainder: plainHex(remainder),
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const remainderReady = remainder.trim() === '' || isHex(remainder);
  return (
    <FormDialog
      title={t('certificate.importTitle', { key: keyName })}
      note={t('certificate.importNote')}
      submit={t('keyAsk.send')}
      pending={ask.isPending}
      ready={authority !== undefined && isHex(certificate) && remainderReady}
      thrown={ask.error}
      onSubmit={() => authority !== undefined && ask.mutate(authority)}
      onClose={onClose}
    >
      {authorities?.length === 0 && <Notice tone="warning" title={t('certificate.noAuthority')} />}
      <TextField
        select
        label={t('certificate.authority')}
        value={chosen}
        disabled={authorities === undefined || authorities.length === 0}
        slotProps={{ inputLabel: { shrink: true } }}
        onChange={(event) => setChosen(event.target.value)}
        sx={{ marginTop: 1 }}
      >
        {(authorities ?? []).map((one) => (
          <MenuItem key={authorityName(one)} value={authorityName(one)}>
            {t('certificate.authorityLine', { name: authorityName(one), bits: one.bits, expires: one.expires })}
          </MenuItem>
        ))}
      </TextField>
      <BytesField label={t('certificate.tag90')} value={certificate} need="needed" onChange={setCertificate} />
      <BytesField label={t('certificate.tag92')} value={remainder} need="optional" onChange={setRemainder} />
    </FormDialog>
  );
}
