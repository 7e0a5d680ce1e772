import AppletsIcon from '@mui/icons-material/ExtensionOutlined';
import BackupIcon from '@mui/icons-material/BackupOutlined';
import JournalIcon from '@mui/icons-material/ReceiptLongOutlined';
import DevicesIcon from '@mui/icons-material/PrintOutlined';
import DrawIcon from '@mui/icons-material/DrawOutlined';
import HomeIcon from '@mui/icons-material/HomeOutlined';
import InfoIcon from '@mui/icons-material/InfoOutlined';
import KeysIcon from '@mui/icons-material/KeyOutlined';
import LayersIcon from '@mui/icons-material/LayersOutlined';
import CardIcon from '@mui/icons-material/CreditCardOutlined';
import PlayIcon from '@mui/icons-material/PlayCircleOutlined';
import DayIcon from '@mui/icons-material/TodayOutlined';
import StockIcon from '@mui/icons-material/Inventory2Outlined';
import LookIcon from '@mui/icons-material/VisibilityOutlined';
import type { Act } from '#shared/domain/roles.ts';
import type { Route } from '../../router/route.ts';

type Word =
  | 'home'
  | 'batches'
  | 'run'
  | 'approvals'
  | 'looks'
  | 'stock'
  | 'day'
  | 'journal'
  | 'keys'
  | 'products'
  | 'applets'
  | 'devices'
  | 'backup'
  | 'about';

export interface Screen {
  readonly word: Word;
  readonly route: Route;
  readonly covers: readonly Route['kind'][];
  readonly act: Act;
  readonly Icon: typeof HomeIcon;
}

/** The screens of the navigation, in the order of the day's work, each with the act that it needs. */
export const screens: readonly Screen[] = [
  { word: 'home', route: { kind: 'home' }, covers: ['home'], act: 'see-home', Icon: HomeIcon },
  {
    word: 'batches',
    route: { kind: 'batches' },
    covers: ['batches', 'batch', 'script'],
    act: 'see-batches',
    Icon: LayersIcon,
  },
  {
    word: 'approvals',
    route: { kind: 'approvals' },
    covers: ['approvals', 'approval'],
    act: 'own-session',
    Icon: DrawIcon,
  },
  { word: 'run', route: { kind: 'run' }, covers: ['run'], act: 'see-batches', Icon: PlayIcon },
  { word: 'looks', route: { kind: 'looks', batch: null }, covers: ['looks'], act: 'decide-look', Icon: LookIcon },
  {
    word: 'stock',
    route: { kind: 'stock', tab: 'places' },
    covers: ['stock', 'count'],
    act: 'see-stock',
    Icon: StockIcon,
  },
  { word: 'day', route: { kind: 'day', day: null }, covers: ['day'], act: 'see-stock', Icon: DayIcon },
  { word: 'journal', route: { kind: 'journal', text: '' }, covers: ['journal'], act: 'see-journal', Icon: JournalIcon },
  {
    word: 'keys',
    route: { kind: 'keys', tab: 'list', key: null },
    covers: ['keys', 'ceremony'],
    act: 'see-keys',
    Icon: KeysIcon,
  },
  {
    word: 'products',
    route: { kind: 'products' },
    covers: ['products', 'product', 'profile', 'comparison', 'draft'],
    act: 'see-products',
    Icon: CardIcon,
  },
  {
    word: 'applets',
    route: { kind: 'applets' },
    covers: ['applets'],
    act: 'see-applets',
    Icon: AppletsIcon,
  },
  {
    word: 'devices',
    route: { kind: 'devices' },
    covers: ['devices', 'inspector'],
    act: 'see-devices',
    Icon: DevicesIcon,
  },
  { word: 'backup', route: { kind: 'backup' }, covers: ['backup'], act: 'make-backup', Icon: BackupIcon },
  { word: 'about', route: { kind: 'about' }, covers: ['about'], act: 'see-home', Icon: InfoIcon },
];
