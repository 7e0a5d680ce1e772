import { zodResolver } from '@hookform/resolvers/zod';
import Draw from '@mui/icons-material/DrawOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Notice } from '../../components/notice.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { actIn } from '../../format/person.ts';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';

const signature = z.object({
  approver: z.string().trim().min(1).max(40),
  password: z.string().min(1).max(200),
  reason: z.string().trim().max(400),
});
type Signature = z.infer<typeof signature>;

interface SignFormProps {
  readonly approval: ApprovalView;
  readonly person: PersonView;
  /** Made by this page from the bytes that it shows. */
  readonly digest: string;
}

/** The second person signs or refuses in place, by name and password; the session of this window goes on. */
export function SignForm({ approval, person, digest }: SignFormProps) {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<'approve' | 'refuse'>('approve');
  const signed = approval.signed.some((one) => one.person === person.person);
  const second = person.person !== approval.asker && !signed && actIn(person, 'decide-approval');
  const form = useForm<Signature>({
    resolver: zodResolver(signature),
    defaultValues: { approver: second ? person.person : '', password: '', reason: '' },
  });
  const decide = useCommand(
    ({ approver, password, reason }: Signature) =>
      station.approvals.decide({
        approval: approval.approval,
        approver,
        password,
        statementDigest: digest,
        verdict: verdict === 'approve' ? { kind: 'approve' } : { kind: 'refuse', reason },
      }),
    (decided) => {
      form.reset({ approver: '', password: '', reason: '' });
      queryClient.setQueryData(['view', 'approvals.get', { approval: approval.approval }], decided);
    },
  );
  const submit = form.handleSubmit((given) => {
    if (verdict === 'refuse' && given.reason === '') {
      form.setError('reason', { type: 'required' }, { shouldFocus: true });
      return;
    }
    decide.mutate(given, { onError: () => form.setValue('password', '') });
  });
  const { errors } = form.formState;
  const shrink = { inputLabel: { shrink: true } };
  return (
    <Box component="form" noValidate onSubmit={(event) => void submit(event)} sx={{ display: 'grid', gap: 2 }}>
      <Typography variant="body2" color="textSecondary">
        {t(second ? 'sign.yourself' : 'sign.second', { asker: approval.askerName })}
      </Typography>
      {approval.approversNeeded > 1 && (
        <Notice
          tone="information"
          role="status"
          title={t('sign.ofMany', { place: approval.signed.length + 1, needed: approval.approversNeeded })}
        >
          {approval.signed.length === 0
            ? t('sign.eachSigns')
            : t('sign.haveSigned', { people: approval.signed.map((one) => one.displayName).join(', ') })}
        </Notice>
      )}
      {decide.isError && <FaultNotice thrown={decide.error} />}
      <TextField
        label={t('sign.name')}
        autoComplete="off"
        error={errors.approver !== undefined}
        helperText={errors.approver === undefined ? undefined : t('login.nameMissing')}
        slotProps={shrink}
        {...form.register('approver')}
      />
      <TextField
        label={t('sign.password')}
        type="password"
        autoComplete="off"
        error={errors.password !== undefined}
        helperText={errors.password === undefined ? undefined : t('login.passwordMissing')}
        slotProps={shrink}
        {...form.register('password')}
      />
      {verdict === 'refuse' && (
        <TextField
          label={t('sign.reason')}
          multiline
          minRows={2}
          error={errors.reason !== undefined}
          helperText={errors.reason === undefined ? undefined : t('sign.reasonMissing')}
          slotProps={shrink}
          {...form.register('reason')}
        />
      )}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button
          type="submit"
          variant="contained"
          size="large"
          color={verdict === 'approve' ? 'primary' : 'error'}
          startIcon={<Draw />}
          loading={decide.isPending}
          loadingPosition="start"
        >
          {t(verdict === 'approve' ? 'sign.sign' : 'sign.refuseNow')}
        </Button>
        <Button
          size="large"
          disabled={decide.isPending}
          onClick={() => setVerdict(verdict === 'approve' ? 'refuse' : 'approve')}
        >
          {t(verdict === 'approve' ? 'sign.refuse' : 'common.cancel')}
        </Button>
      </Box>
    </Box>
  );
}
