import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CardInspectionView, RegistryRow } from '#shared/contract/views/card-inspection-view.ts';
import { Facts } from '../../components/facts.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';

type Shown = { readonly view: CardInspectionView };

const tones: Readonly<Record<CardInspectionView['applications'][number]['state'], Tone>> = {
  there: 'good',
  blocked: 'bad',
  'not-there': 'quiet',
};

/** What the card is: its answer to reset, its maker's data, and what it says of its kind. */
export function StructurePanel({ view }: Shown) {
  const { t } = useTranslation();
  const { reset, recognition, memory, production, untold } = view;
  const facts: readonly (readonly [label: string, value: string | null])[] = [
    [t('inspector.fact.chip'), view.chipSerial],
    [t('inspector.fact.atr'), reset.atr],
    [t('inspector.fact.side'), `${t(`inspector.side.${reset.side}`)}, ${reset.protocol}`],
    [t('inspector.fact.historical'), reset.historicalBytes === '' ? t('inspector.none') : reset.historicalBytes],
    [t('inspector.fact.chaining'), t(`inspector.chaining.${reset.commandChaining}`)],
    [t('inspector.fact.cardManager'), view.cardManager],
    [t('inspector.fact.issuer'), view.issuerNumber],
    [t('inspector.fact.image'), view.imageNumber],
    [t('inspector.fact.version'), recognition?.version ?? null],
    [t('inspector.fact.channels'), recognition?.channels.join(', ') ?? null],
    [t('inspector.fact.configuration'), recognition?.configuration ?? null],
    [t('inspector.fact.chipDetails'), recognition?.chip ?? null],
    [t('inspector.fact.memory'), memory === null ? null : t('inspector.memory', memory)],
  ];
  const known = facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  const made = production.map(({ field, value }) => ({ label: t(`inspector.production.${field}` as never), value }));
  const missing = untold.map(({ object, reason }) => ({ label: object, value: reason }));
  return (
    <Panel title={t('inspector.structure')}>
      <Box
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns: 'repeat(auto-fit, minmax(380px, 1fr))',
          alignItems: 'start',
        }}
      >
        <Facts form="lines" facts={known} />
        <Facts form="lines" facts={made} />
        {missing.length > 0 && (
          <Box>
            <Typography variant="h3" sx={{ marginBottom: 1 }}>
              {t('inspector.untold')}
            </Typography>
            <Facts form="lines" facts={missing} />
          </Box>
        )}
      </Box>
    </Panel>
  );
}

/** The keys that the card tells, never a value. */
export function KeysPanel({ view }: Shown) {
  const { t } = useTranslation();
  return (
    <Panel title={t('inspector.keys')} padding={view.keys.length === 0 ? 'normal' : 'none'}>
      {view.keys.length === 0 ? (
        <Typography variant="body2">{t('inspector.keysNone')}</Typography>
      ) : (
        <PlainTable
          label={t('inspector.keys')}
          rows={view.keys}
          keyOf={({ version, identifier }) => `${version} ${identifier}`}
          columns={[
            { key: 'version', head: t('inspector.column.version'), cell: ({ version }) => String(version) },
            { key: 'identifier', head: t('inspector.column.identifier'), cell: ({ identifier }) => String(identifier) },
            { key: 'type', head: t('inspector.column.type'), cell: ({ types }) => types.join('; ') },
          ]}
        />
      )}
    </Panel>
  );
}

/** Which of the known applications answer to their name. */
export function ApplicationsPanel({ view }: Shown) {
  const { t } = useTranslation();
  return (
    <Panel title={t('inspector.applications')} note={t('inspector.applicationsNote')} padding="none">
      <PlainTable
        label={t('inspector.applications')}
        rows={view.applications}
        keyOf={({ aid }) => aid}
        columns={[
          { key: 'name', head: t('inspector.column.name'), cell: ({ name }) => name },
          { key: 'aid', head: t('inspector.column.aid'), cell: ({ aid }) => <Identifier>{aid}</Identifier> },
          {
            key: 'state',
            head: t('inspector.column.state'),
            cell: ({ state }) => <StateMark tone={tones[state]} label={t(`inspector.state.${state}`)} />,
          },
          {
            key: 'status',
            head: t('inspector.column.status'),
            cell: ({ status, meaning }) => `${status}, ${meaning}`,
          },
        ]}
      />
    </Panel>
  );
}

function RegistryTable({ title, rows }: { readonly title: string; readonly rows: readonly RegistryRow[] }) {
  const { t } = useTranslation();
  return (
    <Box>
      <Typography variant="h3" sx={{ paddingInline: 2.5, paddingBlock: 1 }}>
        {title}
      </Typography>
      {rows.length === 0 ? (
        <Typography variant="body2" sx={{ paddingInline: 2.5, paddingBottom: 1.5 }}>
          {t('inspector.none')}
        </Typography>
      ) : (
        <PlainTable
          label={title}
          rows={rows}
          keyOf={({ aid }) => aid}
          columns={[
            { key: 'aid', head: t('inspector.column.aid'), cell: ({ aid }) => <Identifier>{aid}</Identifier> },
            { key: 'life', head: t('inspector.column.lifeCycle'), cell: ({ lifeCycle }) => lifeCycle },
            {
              key: 'privileges',
              head: t('inspector.column.privileges'),
              cell: ({ privileges }) => privileges.map((word) => word.replaceAll('-', ' ')).join(', '),
            },
            { key: 'belongs', head: t('inspector.column.belongs'), cell: ({ loadFile }) => loadFile ?? '' },
            {
              key: 'modules',
              head: t('inspector.column.modules'),
              cell: ({ modules, version }) =>
                [...(version === null ? [] : [`${t('inspector.column.version')} ${version}`]), ...modules].join(', '),
            },
          ]}
        />
      )}
    </Box>
  );
}

/** What the card's registry holds, with life cycle and privileges in words. */
export function RegistryPanel({ registry }: { readonly registry: NonNullable<CardInspectionView['registry']> }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('inspector.registry')} padding="none">
      <RegistryTable title={t('inspector.domains')} rows={registry.domains} />
      <RegistryTable title={t('inspector.registered')} rows={registry.applications} />
      <RegistryTable title={t('inspector.loadFiles')} rows={registry.loadFiles} />
    </Panel>
  );
}

const bytes = (text: string) => (
  <Box component="span" sx={{ overflowWrap: 'anywhere', fontVariantNumeric: 'slashed-zero tabular-nums' }}>
    {text}
  </Box>
);

/** Every command with its answer and its time, and the sum. */
export function TracePanel({ view }: Shown) {
  const { t } = useTranslation();
  const rows = view.trace.map((line, at) => ({ ...line, number: String(at + 1) }));
  const sum = {
    label: '',
    header: '',
    data: '',
    answer: null,
    status: '',
    meaning: '',
    milliseconds: view.milliseconds,
    number: t('inspector.total'),
  };
  return (
    <Panel title={t('inspector.trace')} note={t('inspector.traceNote')} padding="none">
      <PlainTable
        label={t('inspector.trace')}
        rows={rows}
        sum={sum}
        keyOf={({ number }) => number}
        columns={[
          { key: 'number', head: t('inspector.column.number'), width: 'content', cell: ({ number }) => number },
          { key: 'command', head: t('inspector.column.command'), cell: ({ label }) => label },
          {
            key: 'header',
            head: t('inspector.column.header'),
            width: 'content',
            cell: ({ header }) => <Identifier>{header}</Identifier>,
          },
          { key: 'data', head: t('inspector.column.data'), cell: ({ data }) => bytes(data) },
          { key: 'answer', head: t('inspector.column.answer'), cell: ({ answer }) => bytes(answer ?? '') },
          {
            key: 'status',
            head: t('inspector.column.status'),
            cell: ({ status, meaning }) => (status === '' ? '' : `${status}, ${meaning}`),
          },
          {
            key: 'time',
            head: t('inspector.column.time'),
            align: 'right',
            width: 'content',
            cell: ({ milliseconds }) => milliseconds.toFixed(1),
          },
        ]}
      />
    </Panel>
  );
}
