import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { ShownCheckValue } from './shown-check-value.tsx';
import { StepTitle } from './step-title.tsx';
import { askCeremonyAgain, keepCeremony } from './use-ceremony.ts';

/** The key's check value, compared and confirmed by this custodian; a wrong one is given up instead. */
export function ConfirmStep({ ceremony, kcv }: { readonly ceremony: string; readonly kcv: string }) {
  const { t } = useTranslation();
  const confirm = useCommand(() => station.keys.confirmValue({ ceremony, kcv }), keepCeremony);
  return (
    <>
      <StepTitle title={t('ceremony.confirmTitle')} detail={t('ceremony.confirmDetail')} />
      <ShownCheckValue label={t('ceremony.keyKcv')} kcv={kcv} />
      {confirm.isError && <FaultNotice thrown={confirm.error} />}
      <Box>
        <Button
          variant="contained"
          size="large"
          loading={confirm.isPending}
          onClick={() => confirm.mutate(undefined, { onError: () => askCeremonyAgain(ceremony) })}
        >
          {t('ceremony.same')}
        </Button>
      </Box>
    </>
  );
}
