import AddBox from '@mui/icons-material/DownloadOutlined';
import CheckBox from '@mui/icons-material/FactCheckOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import ContentCut from '@mui/icons-material/ContentCutOutlined';
import Draw from '@mui/icons-material/DrawOutlined';
import HelpCenter from '@mui/icons-material/HelpCenterOutlined';
import Key from '@mui/icons-material/KeyOutlined';
import Inventory from '@mui/icons-material/Inventory2Outlined';
import Pin from '@mui/icons-material/PinOutlined';
import PlayCircle from '@mui/icons-material/PlayCircleOutlined';
import Report from '@mui/icons-material/ReportProblemOutlined';
import Today from '@mui/icons-material/TodayOutlined';
import Visibility from '@mui/icons-material/VisibilityOutlined';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { toneColours } from '../../components/tone.ts';
import type { Tone } from '../../components/tone.ts';

/** One thing that waits, as `home.waiting` tells it. */
export interface Task {
  readonly kind:
    | 'approval'
    | 'look'
    | 'line-fault'
    | 'unknown-card'
    | 'batch-ready'
    | 'batch-made'
    | 'batch-available'
    | 'batch-running'
    | 'day'
    | 'count'
    | 'destruction'
    | 'batch-lost'
    | 'sync-trouble'
    | 'backup-failed'
    | 'key-alarm'
    | 'key-not-made'
    | 'ceremony';
  readonly title: string;
  readonly detail: string;
  readonly route: string;
  readonly urgent: 'yes' | 'no';
}

const icons: Readonly<Record<Task['kind'], { readonly Icon: typeof Draw; readonly tone: Tone }>> = {
  approval: { Icon: Draw, tone: 'warning' },
  look: { Icon: Visibility, tone: 'information' },
  'line-fault': { Icon: Report, tone: 'bad' },
  'unknown-card': { Icon: HelpCenter, tone: 'bad' },
  'batch-ready': { Icon: CheckBox, tone: 'information' },
  'batch-made': { Icon: Inventory, tone: 'good' },
  'batch-available': { Icon: AddBox, tone: 'quiet' },
  'batch-running': { Icon: PlayCircle, tone: 'busy' },
  day: { Icon: Today, tone: 'information' },
  count: { Icon: Pin, tone: 'warning' },
  destruction: { Icon: ContentCut, tone: 'quiet' },
  'batch-lost': { Icon: CloudOff, tone: 'bad' },
  'sync-trouble': { Icon: CloudOff, tone: 'bad' },
  'backup-failed': { Icon: Report, tone: 'bad' },
  'key-alarm': { Icon: Key, tone: 'warning' },
  'key-not-made': { Icon: Key, tone: 'bad' },
  ceremony: { Icon: Key, tone: 'information' },
};

/** What kind of thing waits, as a small picture. */
export function TaskIcon({ kind }: { readonly kind: Task['kind'] }) {
  const { Icon, tone } = icons[kind];
  const colours = toneColours(useTheme(), tone);
  return (
    <Box
      aria-hidden
      sx={{
        display: 'grid',
        placeItems: 'center',
        flex: 'none',
        width: 40,
        height: 40,
        borderRadius: '10px',
        color: colours.text,
        backgroundColor: colours.ground,
      }}
    >
      <Icon fontSize="small" />
    </Box>
  );
}
