import CloudDone from '@mui/icons-material/CloudDoneOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import CloudQueue from '@mui/icons-material/CloudQueueOutlined';
import HelpOutline from '@mui/icons-material/HelpOutlineOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import Typography from '@mui/material/Typography';
import { useTheme } from '@mui/material/styles';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { formatCount } from '../../format/numbers.ts';
import type { SyncFreshness } from '../../queries/sync-freshness.ts';
import { useSync, useSyncFreshness } from '../../queries/use-sync.ts';
import { SyncDetail } from '../sync-detail.tsx';
import { toneColours } from '../tone.ts';
import { useSyncWords } from '../use-sync-words.ts';

const icons: Readonly<Record<SyncFreshness['kind'], typeof CloudDone>> = {
  fresh: CloudDone,
  late: CloudQueue,
  silent: CloudOff,
  never: CloudOff,
  'not-enrolled': CloudOff,
  unknown: HelpOutline,
};

/** When the CMS last answered and what waits for it: the age ticks, and says so when it is no news any more. */
export function SyncBadge({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const theme = useTheme();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const sync = useSync(person);
  const freshness = useSyncFreshness(sync);
  const { text, tone } = useSyncWords(freshness);
  if (sync.data === undefined) return null;
  const { queued, trouble } = sync.data;
  const Icon = icons[freshness.kind];
  const colours = toneColours(theme, trouble !== null && tone !== 'bad' ? 'warning' : tone);
  const calm = tone === 'quiet' && trouble === null;
  return (
    <>
      <Button
        size="small"
        variant="text"
        color="inherit"
        startIcon={<Icon />}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={
          calm
            ? { fontWeight: 500 }
            : {
                color: colours.text,
                backgroundColor: colours.ground,
                '&:hover': { backgroundColor: colours.ground, textDecoration: 'underline' },
              }
        }
      >
        <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {text}
          {queued > 0 && ` · ${t('sync.queuedShort', { count: queued, shown: formatCount(queued) })}`}
        </Box>
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('sync.title'), variant: 'outlined' } }}
      >
        <Box sx={{ width: 440, padding: 2.5 }}>
          <Typography variant="h2" sx={{ marginBottom: 1.5 }}>
            {t('sync.title')}
          </Typography>
          <SyncDetail sync={sync.data} freshness={freshness} person={person} />
        </Box>
      </Popover>
    </>
  );
}
