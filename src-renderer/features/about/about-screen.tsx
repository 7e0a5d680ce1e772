import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { SyncDetail } from '../../components/sync-detail.tsx';
import { useSync, useSyncFreshness } from '../../queries/use-sync.ts';
import { useView } from '../../queries/use-view.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';

/** What runs here, and whose work it stands on. */
export function AboutScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const sync = useSync(person);
  const freshness = useSyncFreshness(sync);
  const notices = useSession((store) => store.hello?.notices ?? []);
  const view = useView({
    call: 'about.get',
    input: {},
    topics: [],
    ask: (signal) => station.about.get({}, { signal }),
  });
  return (
    <Page title={t('about.title')}>
      {notices.map((notice) => (
        <Notice key={notice.code} tone="warning" title={notice.text} />
      ))}
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
        {(about) => (
          <Box
            sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', lg: '1fr 1fr' }, alignItems: 'start' }}
          >
            <Box sx={{ display: 'grid', gap: 2.5 }}>
              <Panel title={t('about.program')}>
                <Facts
                  form="lines"
                  facts={[
                    { label: t('about.version'), value: about.version },
                    { label: t('about.station'), value: about.station },
                    { label: t('about.mode'), value: about.mode },
                    { label: t('about.hsm'), value: about.hsm },
                    { label: t('about.cms'), value: about.cms },
                    { label: t('about.shell'), value: about.shell },
                    { label: t('about.node'), value: about.node },
                    { label: t('about.folder'), value: about.dataFolder },
                  ]}
                />
              </Panel>
              {sync.data !== undefined && (
                <Panel title={t('sync.title')}>
                  <SyncDetail sync={sync.data} freshness={freshness} person={person} />
                </Panel>
              )}
            </Box>
            <Panel title={t('about.licences')} padding="none">
              <TableContainer sx={{ maxHeight: 520 }} tabIndex={0} role="region" aria-label={t('about.list')}>
                <Table size="small" stickyHeader>
                  <TableHead>
                    <TableRow>
                      <TableCell>{t('about.package')}</TableCell>
                      <TableCell>{t('about.version')}</TableCell>
                      <TableCell>{t('about.licence')}</TableCell>
                    </TableRow>
                  </TableHead>
                  <TableBody>
                    {about.licences.map((one) => (
                      <TableRow key={`${one.name} ${one.version}`}>
                        <TableCell component="th" scope="row">
                          {one.name}
                        </TableCell>
                        <TableCell>{one.version}</TableCell>
                        <TableCell>{one.licence}</TableCell>
                      </TableRow>
                    ))}
                  </TableBody>
                </Table>
              </TableContainer>
            </Panel>
          </Box>
        )}
      </Shown>
    </Page>
  );
}
