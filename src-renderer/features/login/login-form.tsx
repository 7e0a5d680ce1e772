import { zodResolver } from '@hookform/resolvers/zod';
import Visibility from '@mui/icons-material/VisibilityOutlined';
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { faultCode } from '../../queries/read-fault.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';

const credentials = z.object({ person: z.string().trim().min(1).max(40), password: z.string().min(1).max(200) });
export type Credentials = z.infer<typeof credentials>;
export type CredentialsForm = UseFormReturn<Credentials>;

export function useCredentialsForm(): CredentialsForm {
  return useForm<Credentials>({ resolver: zodResolver(credentials), defaultValues: { person: '', password: '' } });
}

/** Name and password; asks before it takes a session over from another window. */
export function LoginForm({ form }: { readonly form: CredentialsForm }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<'hidden' | 'shown'>('hidden');
  const enter = useSession((store) => store.enter);
  const logIn = useCommand(
    (given: Credentials & { readonly takeOver: 'no' | 'yes' }) => station.session.logIn(given),
    (person) => {
      form.reset();
      enter(person);
    },
  );
  const { errors } = form.formState;
  const submit = form.handleSubmit((given) => logIn.mutate({ ...given, takeOver: 'no' }));
  const takeOver = form.handleSubmit((given) => logIn.mutate({ ...given, takeOver: 'yes' }));
  const inUse = logIn.isError && faultCode(logIn.error) === 'ACCESS-IN-USE';
  return (
    <Box component="form" noValidate onSubmit={(event) => void submit(event)} sx={{ display: 'grid', gap: 2 }}>
      {logIn.isError && !inUse && <FaultNotice thrown={logIn.error} />}
      {inUse && (
        <Notice
          tone="warning"
          role="alert"
          title={t('login.inUse')}
          actions={
            <>
              <Button variant="contained" loading={logIn.isPending} onClick={() => void takeOver()}>
                {t('login.takeOver')}
              </Button>
              <Button onClick={() => logIn.reset()}>{t('common.cancel')}</Button>
            </>
          }
        >
          {t('login.inUseDetail')}
        </Notice>
      )}
      <TextField
        label={t('login.name')}
        autoComplete="username"
        autoFocus
        error={errors.person !== undefined}
        helperText={errors.person === undefined ? undefined : t('login.nameMissing')}
        slotProps={{ inputLabel: { shrink: true } }}
        {...form.register('person')}
      />
      <TextField
        label={t('login.password')}
        type={shown === 'shown' ? 'text' : 'password'}
        autoComplete="current-password"
        error={errors.password !== undefined}
        helperText={errors.password === undefined ? undefined : t('login.passwordMissing')}
        slotProps={{
          inputLabel: { shrink: true },
          input: {
            endAdornment: (
              <InputAdornment position="end">
                <IconButton
                  size="small"
                  edge="end"
                  aria-label={t(shown === 'shown' ? 'login.hide' : 'login.show')}
                  onClick={() => setShown(shown === 'shown' ? 'hidden' : 'shown')}
                >
                  {shown === 'shown' ? <VisibilityOff /> : <Visibility />}
                </IconButton>
              </InputAdornment>
            ),
          },
        }}
        {...form.register('password')}
      />
      <Button type="submit" variant="contained" size="large" loading={logIn.isPending}>
        {t('login.submit')}
      </Button>
    </Box>
  );
}
