import Add from '@mui/icons-material/AddOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import type { KeysTab } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { KeyStorePanels } from '../key-store/key-store-panels.tsx';
import { StoreTrouble } from '../key-store/store-state.tsx';
import { useKeyStore } from '../key-store/use-key-store.ts';
import { AuthorityImportDialog } from './authority-import-dialog.tsx';
import { CeremonyDialog } from './ceremony-dialog.tsx';
import { CeremonyList } from './ceremony-list.tsx';
import { GenerateDialog } from './generate-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { KeyDrawer } from './key-drawer.tsx';
import { KeyList } from './key-list.tsx';
import { useKeys, useKeyUsages } from './use-keys.ts';

const tabs: readonly KeysTab[] = ['list', 'ceremonies', 'module'];

type Asking =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'generate'; readonly from: RegistryKeyView | null }
  | { readonly kind: 'import' }
  | { readonly kind: 'authority' }
  | { readonly kind: 'ceremony' };

function Asked({ asking, person, onClose }: { asking: Asking; person: PersonView; onClose: () => void }) {
  switch (asking.kind) {
    case 'nothing':
      return null;
    case 'generate':
      return <GenerateDialog person={person} from={asking.from} onClose={onClose} />;
    case 'import':
      return <ImportDialog person={person} onClose={onClose} />;
    case 'authority':
      return <AuthorityImportDialog onClose={onClose} />;
    case 'ceremony':
      return <CeremonyDialog person={person} onClose={onClose} />;
  }
}

interface KeysScreenProps {
  readonly tab: KeysTab;
  /** The key whose detail is open, by its name. */
  readonly keyName: string | null;
  readonly person: PersonView;
}

/** Keys, ceremonies and the key module: what there is, and what this person may ask for. */
export function KeysScreen({ tab, keyName, person }: KeysScreenProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking>({ kind: 'nothing' });
  const keys = useKeys();
  const usages = useKeyUsages();
  const store = useKeyStore(person);
  const mayAsk = actIn(person, 'request-key-act');
  const close = () => setAsking({ kind: 'nothing' });
  const generated = (key: RegistryKeyView) =>
    (usages.data?.usages ?? []).some((one) => one.usage === key.usage && one.waysIn.includes('generated'));
  const drawn = keys.data?.keys.find(({ name }) => name === keyName);
  return (
    <Page
      title={t('registry.title')}
      actions={
        mayAsk && (
          <>
            {person.issuers === 'all' && (
              <Button onClick={() => setAsking({ kind: 'authority' })}>{t('certificate.authorityAsk')}</Button>
            )}
            <Button onClick={() => setAsking({ kind: 'ceremony' })}>{t('keyAsk.ceremony')}</Button>
            <Button onClick={() => setAsking({ kind: 'import' })}>{t('keyAsk.import')}</Button>
            <Button variant="contained" startIcon={<Add />} onClick={() => setAsking({ kind: 'generate', from: null })}>
              {t('keyAsk.generate')}
            </Button>
          </>
        )
      }
    >
      {!mayAsk && (
        <Typography color="textSecondary" sx={{ marginTop: -1.5 }}>
          {t('registry.readOnly')}
        </Typography>
      )}
      {tab !== 'module' && store.data !== undefined && (
        <StoreTrouble
          store={store.data}
          actions={
            <Button size="small" href={addressOf({ kind: 'keys', tab: 'module', key: null })}>
              {t('keyStore.toModule')}
            </Button>
          }
        />
      )}
      <Box>
        <Tabs
          value={tab}
          aria-label={t('registry.tabs')}
          onChange={(_event, next: KeysTab) => goTo({ kind: 'keys', tab: next, key: null })}
          sx={{ borderBottom: 1, borderColor: 'divider', marginBottom: 2.5 }}
        >
          {tabs.map((one) => (
            <Tab
              key={one}
              value={one}
              id={`tab-${one}`}
              {...(one === tab ? { 'aria-controls': 'tab-content' } : {})}
              label={t(`registry.tab.${one}`)}
            />
          ))}
        </Tabs>
        <Box role="tabpanel" id="tab-content" aria-labelledby={`tab-${tab}`} sx={{ display: 'grid', gap: 2.5 }}>
          {tab === 'list' && (
            <Shown view={keys} skeleton={<SkeletonRows rows={8} />}>
              {(known) => <KeyList keys={known.keys} />}
            </Shown>
          )}
          {tab === 'ceremonies' && <CeremonyList person={person} />}
          {tab === 'module' && <KeyStorePanels person={person} />}
        </Box>
      </Box>
      {keyName !== null && keys.data !== undefined && (
        <KeyDrawer
          name={keyName}
          registryKey={drawn}
          asks={mayAsk ? 'yes' : 'no'}
          onNewVersion={
            mayAsk && drawn !== undefined && generated(drawn)
              ? () => setAsking({ kind: 'generate', from: drawn })
              : null
          }
        />
      )}
      <Asked asking={asking} person={person} onClose={close} />
    </Page>
  );
}
