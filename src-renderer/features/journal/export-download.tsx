import Download from '@mui/icons-material/DownloadOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/numbers.ts';
import { handOverBlob } from '../../format/hand-over-file.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';

/** Fetches a signed export, once, and hands it to the browser: JSON lines, one entry each. */
export function ExportDownload({ approval }: { readonly approval: string }) {
  const { t } = useTranslation();
  const [entries, setEntries] = useState(0);
  const fetchAll = useCommand(
    async () => {
      const parts: string[] = [];
      let fetched = 0;
      for await (const { lines } of await station.journal.export({ approval })) {
        parts.push(...lines.map((line) => `${line}\n`));
        fetched += lines.length;
        setEntries(fetched);
      }
      return new Blob(parts, { type: 'application/x-ndjson' });
    },
    (blob) => handOverBlob(`journal-${approval}.jsonl`, blob),
  );
  return (
    <Panel title={t('journal.export')} note={t('journal.exportOnce')}>
      <Box sx={{ display: 'grid', gap: 1.5, justifyItems: 'start' }}>
        <Button
          variant="contained"
          size="large"
          startIcon={<Download />}
          loading={fetchAll.isPending}
          loadingPosition="start"
          disabled={fetchAll.isSuccess}
          onClick={() => fetchAll.mutate(undefined)}
        >
          {t('journal.exportNow')}
        </Button>
        {(fetchAll.isPending || fetchAll.isSuccess) && (
          <Typography role="status" variant="body2" color="textSecondary">
            {t('journal.exported', { count: entries, shown: formatCount(entries) })}
          </Typography>
        )}
        {fetchAll.isError && <FaultNotice thrown={fetchAll.error} />}
      </Box>
    </Panel>
  );
}
