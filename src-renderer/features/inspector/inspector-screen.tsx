import ContactlessOff from '@mui/icons-material/CreditCardOffOutlined';
import CreditCard from '@mui/icons-material/CreditCardOutlined';
import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { actIn } from '../../format/person.ts';
import { readFault } from '../../queries/read-fault.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { ApplicationsPanel, KeysPanel, RegistryPanel, StructurePanel, TracePanel } from './inspection-panels.tsx';

type Wish = Parameters<typeof station.devices.inspectCard>[0]['with'];
type Command = ReturnType<typeof useCommand<Wish, Awaited<ReturnType<typeof station.devices.inspectCard>>>>;

function Outcome({ command }: { readonly command: Command }) {
  const { t } = useTranslation();
  if (command.isPending) return <Notice tone="busy" role="status" title={t('inspector.reading')} />;
  if (command.isError) {
    const { code } = readFault(command.error, (key, part) => t(`${key}.${part}`));
    if (code !== 'ENCODER-NO-CARD') return <FaultNotice thrown={command.error} />;
    return (
      <Paper variant="outlined" role="status">
        <EmptyState icon={<ContactlessOff />} title={t('inspector.noCard')} text={t('inspector.noCardDetail')} />
      </Paper>
    );
  }
  if (command.data === undefined) {
    return (
      <Paper variant="outlined">
        <EmptyState icon={<CreditCard />} title={t('inspector.start')} text={t('inspector.startDetail')} />
      </Paper>
    );
  }
  const view = command.data;
  return (
    <>
      {view.fault === null ? (
        <Notice
          tone="good"
          role="status"
          title={t('inspector.done', { milliseconds: view.milliseconds.toFixed(0), count: view.trace.length })}
        />
      ) : (
        <Notice tone="bad" role="alert" title={view.fault.text}>
          {view.fault.next} {t('inspector.broken')}
          <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', color: 'text.secondary' }}>
            {view.fault.code}
          </Box>
        </Notice>
      )}
      {view.registry !== null && <RegistryPanel registry={view.registry} />}
      <StructurePanel view={view} />
      <KeysPanel view={view} />
      <ApplicationsPanel view={view} />
      <TracePanel view={view} />
    </>
  );
}

/** The second action: a product is named, and its keys are tried once. */
function WithKeys({ command }: { readonly command: Command }) {
  const { t } = useTranslation();
  const [product, setProduct] = useState('');
  const known = useView({
    call: 'products.list',
    input: {},
    topics: ['session'],
    ask: (signal) => station.products.list({}, { signal }),
  });
  const products = (known.data?.products ?? []).filter(({ chip }) => chip !== 'none');
  const isRefuted = command.data?.fault?.code === 'INSPECTION-KEYS-REFUTED' && command.data.product === product;
  const ask = (refused: 'stop' | 'try-again') => command.mutate({ kind: 'keys', product, refused });
  return (
    <Panel title={t('inspector.keysTitle')} note={t('inspector.keysNote')}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          select
          size="small"
          fullWidth={false}
          label={t('inspector.product')}
          value={product}
          onChange={(event) => setProduct(event.target.value)}
          sx={{ minWidth: 320 }}
        >
          {products.map((one) => (
            <MenuItem key={one.product} value={one.product}>
              {one.title}
            </MenuItem>
          ))}
        </TextField>
        <Button
          variant="outlined"
          disabled={product === '' || command.isPending}
          onClick={() => ask(isRefuted ? 'try-again' : 'stop')}
        >
          {t(isRefuted ? 'inspector.tryAgain' : 'inspector.tryKeys')}
        </Button>
      </Box>
    </Panel>
  );
}

/** The card on the reader of a line: what it is, its keys, its applications, and every command that was sent. */
export function InspectorScreen({ line, person }: { readonly line: string; readonly person: PersonView }) {
  const { t } = useTranslation();
  const command = useCommand((wish: Wish) => station.devices.inspectCard({ line, with: wish }));
  const may = actIn(person, 'inspect-card');
  const paired = useView({
    call: 'devices.pairings',
    input: {},
    topics: ['devices'],
    ask: (signal) => station.devices.pairings({}, { signal }),
  });
  const title = paired.data?.pairings.find((one) => one.line === line)?.title ?? line;
  return (
    <Page
      title={t('inspector.title', { line: title })}
      above={<Link href={addressOf({ kind: 'devices' })}>{t('inspector.back')}</Link>}
      actions={
        may && (
          <Button variant="contained" loading={command.isPending} onClick={() => command.mutate({ kind: 'nothing' })}>
            {t(command.isIdle ? 'inspector.ask' : 'inspector.again')}
          </Button>
        )
      }
    >
      {may ? (
        <>
          <WithKeys command={command} />
          <Outcome command={command} />
        </>
      ) : (
        <Notice tone="information" title={t('inspector.noRight')} />
      )}
    </Page>
  );
}
