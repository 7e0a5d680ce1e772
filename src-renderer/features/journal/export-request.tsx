import Download from '@mui/icons-material/DownloadOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

/** Asks for an export of the whole journal; it can be downloaded once a second person has signed. */
export function ExportRequest() {
  const { t } = useTranslation();
  const ask = useCommand(
    () => station.journal.requestExport({ from: 1 }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Button
        startIcon={<Download />}
        loading={ask.isPending}
        loadingPosition="start"
        onClick={() => ask.mutate(undefined)}
      >
        {t('journal.askExport')}
      </Button>
      {ask.isError && <FaultNotice thrown={ask.error} />}
    </Box>
  );
}
