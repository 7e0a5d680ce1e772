import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { indexOfHex, isHex, plainHex } from './brought-bytes.ts';
import { BytesField } from './bytes-field.tsx';
import { certificateForms as forms, ShortField } from './short-field.tsx';

const environments = ['test', 'live'] as const;
const exponents = ['03', '010001'] as const;

/** Asks for the import of a scheme's public key; its hash is compared with the one that the scheme published. */
export function AuthorityImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [rid, setRid] = useState('');
  const [index, setIndex] = useState('');
  const [modulus, setModulus] = useState('');
  const [exponent, setExponent] = useState<(typeof exponents)[number]>('03');
  const [expires, setExpires] = useState('');
  const [hash, setHash] = useState('');
  const [environment, setEnvironment] = useState<(typeof environments)[number] | ''>('');
  const place = indexOfHex(index);
  const whole = forms.rid.test(rid) && isHex(modulus) && forms.month.test(expires) && forms.hash.test(hash);
  const ask = useCommand(
    (chosen: { readonly index: number; readonly environment: (typeof environments)[number] }) =>
      station.keys.requestAuthorityImport({ rid, modulus: plainHex(modulus), exponent, expires, hash, ...chosen }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const shrink = { inputLabel: { shrink: true } };
  return (
    <FormDialog
      title={t('certificate.authorityTitle')}
      note={t('certificate.authorityNote')}
      submit={t('certificate.sendTwo')}
      pending={ask.isPending}
      ready={whole && place !== null && environment !== ''}
      thrown={ask.error}
      onSubmit={() => place !== null && environment !== '' && ask.mutate({ index: place, environment })}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr 1fr', marginTop: 1 }}>
        <ShortField
          label={t('certificate.rid')}
          value={rid}
          form={forms.rid}
          wrong={t('certificate.ridWrong')}
          onChange={setRid}
        />
        <ShortField
          label={t('certificate.index')}
          value={index}
          form={forms.index}
          wrong={t('certificate.indexWrong')}
          onChange={setIndex}
        />
        <ShortField
          label={t('certificate.lastMonth')}
          value={expires}
          form={forms.month}
          wrong={t('certificate.monthWrong')}
          hint={t('certificate.monthHint')}
          onChange={setExpires}
        />
      </Box>
      <BytesField label={t('certificate.modulus')} value={modulus} need="needed" onChange={setModulus} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr' }}>
        <TextField
          select
          label={t('keyAsk.exponent')}
          value={exponent}
          slotProps={shrink}
          onChange={(event) => setExponent(exponents.find((one) => one === event.target.value) ?? '03')}
        >
          {exponents.map((one) => (
            <MenuItem key={one} value={one}>
              {Number.parseInt(one, 16)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label={t('keyDetail.environment')}
          value={environment}
          slotProps={shrink}
          onChange={(event) => setEnvironment(environments.find((one) => one === event.target.value) ?? '')}
        >
          {environments.map((one) => (
            <MenuItem key={one} value={one}>
              {t(`environment.${one}`)}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      <ShortField
        label={t('certificate.hash')}
        value={hash}
        form={forms.hash}
        wrong={t('certificate.hashWrong')}
        hint={t('certificate.hashHint')}
        onChange={setHash}
      />
    </FormDialog>
  );
}
