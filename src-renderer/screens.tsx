import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import ExploreOff from '@mui/icons-material/ExploreOffOutlined';
import Lock from '@mui/icons-material/LockOutlined';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from './components/empty-state.tsx';
import { screens } from './components/frame/screens.ts';
import { Page } from './components/page.tsx';
import { AboutScreen } from './features/about/about-screen.tsx';
import { AppletsScreen } from './features/applets/applets-screen.tsx';
import { ApprovalScreen } from './features/approvals/approval-screen.tsx';
import { ApprovalsScreen } from './features/approvals/approvals-screen.tsx';
import { BackupScreen } from './features/backup/backup-screen.tsx';
import { BatchScreen } from './features/batch/batch-screen.tsx';
import { BatchesScreen } from './features/batches/batches-screen.tsx';
import { DayScreen } from './features/day/day-screen.tsx';
import { DevicesScreen } from './features/devices/devices-screen.tsx';
import { EditorScreen } from './features/editor/editor-screen.tsx';
import { HomeScreen } from './features/home/home-screen.tsx';
import { InspectorScreen } from './features/inspector/inspector-screen.tsx';
import { JournalScreen } from './features/journal/journal-screen.tsx';
import { CeremonyScreen } from './features/ceremony/ceremony-screen.tsx';
import { KeysScreen } from './features/keys/keys-screen.tsx';
import { LooksScreen } from './features/looks/looks-screen.tsx';
import { ComparisonScreen } from './features/products/comparison-screen.tsx';
import { ProductScreen } from './features/products/product-screen.tsx';
import { ProductsScreen } from './features/products/products-screen.tsx';
import { ProfileScreen } from './features/products/profile-screen.tsx';
import { ScriptScreen } from './features/products/script-screen.tsx';
import { RunScreen } from './features/run/run-screen.tsx';
import { CountScreen } from './features/stock/count-screen.tsx';
import { StockScreen } from './features/stock/stock-screen.tsx';
import { actIn } from './format/person.ts';
import { useRoute } from './router/use-route.ts';
import type { Route } from './router/route.ts';

function NoScreen({ why }: { readonly why: 'unknown' | 'noRight' }) {
  const { t } = useTranslation();
  return (
    <Page title={t('noScreen.title')}>
      <Paper variant="outlined">
        <EmptyState
          icon={why === 'noRight' ? <Lock /> : <ExploreOff />}
          title={t(`noScreen.${why}`)}
          text={t(`noScreen.${why}Detail`)}
          action={<Button href="#/home">{t('noScreen.home')}</Button>}
        />
      </Paper>
    </Page>
  );
}

function Screen({ route, person }: { readonly route: Route; readonly person: PersonView }) {
  switch (route.kind) {
    case 'home':
      return <HomeScreen person={person} />;
    case 'batches':
      return <BatchesScreen person={person} />;
    case 'batch':
      return <BatchScreen key={route.batch} id={route.batch} tab={route.tab} person={person} />;
    case 'approvals':
      return <ApprovalsScreen />;
    case 'approval':
      return <ApprovalScreen key={route.approval} id={route.approval} person={person} />;
    case 'run':
      return <RunScreen person={person} />;
    case 'looks':
      return <LooksScreen key={route.batch ?? 'all'} batch={route.batch} />;
    case 'journal':
      return <JournalScreen key={route.text} person={person} text={route.text} />;
    case 'stock':
      return <StockScreen tab={route.tab} person={person} />;
    case 'count':
      return <CountScreen key={route.count} id={route.count} person={person} />;
    case 'day':
      return <DayScreen key={route.day ?? 'today'} day={route.day} person={person} />;
    case 'keys':
      return <KeysScreen tab={route.tab} keyName={route.key} person={person} />;
    case 'ceremony':
      return <CeremonyScreen key={route.ceremony} id={route.ceremony} person={person} />;
    case 'applets':
      return <AppletsScreen person={person} />;
    case 'products':
      return <ProductsScreen person={person} />;
    case 'product':
      return <ProductScreen key={route.product} id={route.product} tab={route.tab} person={person} />;
    case 'profile':
      return <ProfileScreen key={route.profile} id={route.profile} person={person} />;
    case 'draft':
      return actIn(person, 'edit-products') ? (
        <EditorScreen key={`${route.item} ${route.name}`} item={route.item} name={route.name} tab={route.tab} />
      ) : (
        <NoScreen why="noRight" />
      );
    case 'comparison':
      return <ComparisonScreen key={route.of} of={route.of} before={route.before} after={route.after} />;
    case 'script':
      return <ScriptScreen key={`${route.batch} ${route.order}`} batch={route.batch} order={route.order} />;
    case 'devices':
      return <DevicesScreen person={person} />;
    case 'inspector':
      return <InspectorScreen key={route.line} line={route.line} person={person} />;
    case 'backup':
      return <BackupScreen />;
    case 'about':
      return <AboutScreen person={person} />;
    case 'unknown':
      return <NoScreen why="unknown" />;
  }
}

/** The screen that the address names, if this person's acts open it. */
export function Screens({ person }: { readonly person: PersonView }) {
  const route = useRoute();
  const needed = screens.find((screen) => screen.covers.includes(route.kind))?.act ?? 'own-session';
  return <Box>{actIn(person, needed) ? <Screen route={route} person={person} /> : <NoScreen why="noRight" />}</Box>;
}
