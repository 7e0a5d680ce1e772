import Key from '@mui/icons-material/KeyOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { OneOf } from '../../components/one-of.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { formatDate } from '../../format/dates.ts';
import { formatCheckValue } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import { useWord } from '../../wording/use-word.ts';
import { KeyEnd, KeyStateMark } from './key-marks.tsx';

/** Stands for every issuer in the filter; no issuer is called so. */
const every = '*';
/** Stands for the station's own keys. */
const own = '-';

const current = ({ state }: RegistryKeyView) => state === 'pre-active' || state === 'active';

function useColumns(): readonly Column<RegistryKeyView>[] {
  const { t } = useTranslation();
  const word = useWord();
  const products = ([first, ...more]: readonly string[]) => {
    if (first === undefined) return t('registry.noProduct');
    if (more.length === 0) return first;
    return t('registry.moreProducts', { product: first, more: more.length });
  };
  return [
    {
      key: 'key',
      head: t('registry.column.key'),
      cell: (key) => (
        <>
          <Link
            href={addressOf({ kind: 'keys', tab: 'list', key: key.name })}
            aria-label={t('registry.open', { key: key.name })}
          >
            <Identifier>{key.name}</Identifier>
          </Link>
          <Typography variant="caption" component="p" color="textSecondary">
            {key.usageTitle}
            {key.environment === 'test' && ` · ${t('environment.test')}`}
          </Typography>
        </>
      ),
    },
    {
      key: 'algorithm',
      head: t('registry.column.algorithm'),
      width: 'content',
      cell: (key) => (key.size === null ? key.algorithm : `${key.algorithm} ${key.size}`),
    },
    {
      key: 'kcv',
      head: t('registry.column.kcv'),
      cell: (key) => (
        <>
          <Identifier>{formatCheckValue(key.kcv)}</Identifier>
          <Typography variant="caption" component="p" color="textSecondary">
            {word('keyCheck', key.kcvMethod)}
          </Typography>
        </>
      ),
    },
    {
      key: 'state',
      head: t('registry.column.state'),
      width: 'content',
      cell: (key) => <KeyStateMark state={key.state} />,
    },
    {
      key: 'until',
      head: t('registry.column.until'),
      width: 'content',
      cell: (key) => <KeyEnd registryKey={key} />,
    },
    { key: 'products', head: t('registry.column.products'), cell: (key) => products(key.products) },
  ];
}

/** Keys whose end is near or past, and keys that the module does not hold, each with what follows. */
function Attention({ keys }: { readonly keys: readonly RegistryKeyView[] }) {
  const { t } = useTranslation();
  const alarmed = keys.filter((key) => key.alarm !== 'none' && current(key));
  if (alarmed.length === 0) return null;
  const bad = alarmed.some(({ alarm }) => alarm !== 'soon');
  return (
    <Notice tone={bad ? 'bad' : 'warning'} title={t('registry.attention', { count: alarmed.length })}>
      <Box component="ul" sx={{ margin: 0, paddingLeft: 2.5 }}>
        {alarmed.map((key) => (
          <li key={key.name}>
            {key.alarm !== 'none' &&
              t(`registry.alarmLine.${key.alarm}`, {
                key: key.name,
                until: key.validUntil === null ? t('registry.noEnd') : formatDate(key.validUntil),
              })}
          </li>
        ))}
      </Box>
    </Notice>
  );
}

/** Every key with its state, check value, end and products; filtered by issuer. */
export function KeyList({ keys }: { readonly keys: readonly RegistryKeyView[] }) {
  const { t } = useTranslation();
  const [issuer, setIssuer] = useState(every);
  const [show, setShow] = useState<'current' | 'all'>('current');
  const columns = useColumns();
  const issuers = [...new Set(keys.flatMap((key) => key.issuer ?? []))].sort();
  const rows = keys.filter(
    (key) => (issuer === every || (key.issuer ?? own) === issuer) && (show === 'all' || current(key)),
  );
  return (
    <>
      <Attention keys={keys} />
      <Panel
        title={t('registry.listTitle')}
        note={t('registry.note')}
        padding="none"
        actions={
          keys.length > 0 && (
            <>
              <TextField
                select
                label={t('registry.issuer')}
                value={issuer}
                onChange={(event) => setIssuer(event.target.value)}
                slotProps={{ inputLabel: { shrink: true } }}
                sx={{ width: 200 }}
              >
                <MenuItem value={every}>{t('registry.everyIssuer')}</MenuItem>
                {issuers.map((one) => (
                  <MenuItem key={one} value={one}>
                    {one}
                  </MenuItem>
                ))}
                <MenuItem value={own}>{t('registry.noIssuer')}</MenuItem>
              </TextField>
              <OneOf
                label={t('registry.show')}
                value={show}
                onChange={setShow}
                options={[
                  { value: 'current', label: t('registry.shown.current') },
                  { value: 'all', label: t('registry.shown.all') },
                ]}
              />
            </>
          )
        }
      >
        {rows.length === 0 ? (
          <EmptyState
            icon={<Key />}
            title={t(keys.length === 0 ? 'registry.empty' : 'registry.none')}
            text={t(keys.length === 0 ? 'registry.emptyDetail' : 'registry.noneDetail')}
          />
        ) : (
          <PlainTable label={t('registry.listTitle')} columns={columns} rows={rows} keyOf={(key) => key.name} />
        )}
      </Panel>
    </>
  );
}
