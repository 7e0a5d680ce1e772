import Memory from '@mui/icons-material/MemoryOutlined';
import Search from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { constantMeaning } from '#shared/product-description/constant-meaning.ts';
import { groupingName } from '#shared/product-description/compare-groupings.ts';
import type { GroupingView } from '#shared/contract/views/product-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';
import { findValues } from './find-values.ts';

type Row = GroupingView['rows'][number];

function Form({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  if (row.least === null || row.most === null) return <>{row.format}</>;
  const length =
    row.least === row.most
      ? t('products.values.length', { count: row.least })
      : t('products.values.lengths', { least: row.least, most: row.most });
  return (
    <>
      {row.format} · {length}
    </>
  );
}

function GroupingRows({ grouping }: { readonly grouping: GroupingView }) {
  const { t } = useTranslation();
  const { record } = grouping;
  const place = [
    ...(record === null ? [] : [t('products.values.record', { number: record.number, sfi: record.sfi })]),
    ...(record === null || record.coverage === 'unstated' ? [] : [t(`products.values.${record.coverage}`)]),
  ];
  return (
    <TableBody>
      <TableRow sx={{ backgroundColor: 'well' }}>
        <TableCell component="th" scope="rowgroup" colSpan={5}>
          <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
            <Typography component="span" variant="body2" sx={{ fontWeight: 700 }}>
              <Identifier>{groupingName(grouping)}</Identifier>
            </Typography>
            <Typography component="span" variant="body2" sx={{ flex: 1, minWidth: 0 }}>
              {[grouping.meaning, ...place].join(' · ')}
            </Typography>
            <StateMark
              tone={grouping.content === 'secret' ? 'warning' : 'quiet'}
              label={t(`products.values.${grouping.content}`)}
            />
          </Box>
        </TableCell>
      </TableRow>
      {grouping.rows.map((row) => (
        <TableRow key={row.item}>
          <TableCell component="th" scope="row" sx={{ fontWeight: 600 }}>
            {row.name}
          </TableCell>
          <TableCell sx={{ overflowWrap: 'anywhere' }}>
            {row.sourceWords}
            {constantMeaning(row).map((text) => (
              <Typography key={text} variant="caption" component="div" color="text.secondary">
                {text}
              </Typography>
            ))}
          </TableCell>
          <TableCell>
            <Form row={row} />
          </TableCell>
          <TableCell>{row.clause}</TableCell>
          <TableCell sx={{ overflowWrap: 'anywhere' }}>{row.finding}</TableCell>
        </TableRow>
      ))}
    </TableBody>
  );
}

/** Every value on the chip by data grouping, with a search. */
export function ValueTable({ groupings }: { readonly groupings: readonly GroupingView[] }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  if (groupings.length === 0)
    return (
      <Paper variant="outlined">
        <EmptyState icon={<Memory />} title={t('products.noData')} text={t('products.noDataDetail')} />
      </Paper>
    );
  const found = findValues(groupings, typed);
  const count = found.reduce((sum, { rows }) => sum + rows.length, 0);
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
      <Box sx={{ display: 'flex', gap: 1.5, padding: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          label={t('products.values.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value.slice(0, 60))}
          sx={{ width: 320 }}
          slotProps={{
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <Search fontSize="small" />
                </InputAdornment>
              ),
            },
          }}
        />
        <Typography variant="body2" color="textSecondary" role="status" sx={{ marginLeft: 'auto' }}>
          {t('products.values.found', { count, shown: formatCount(count) })}
        </Typography>
      </Box>
      {count === 0 ? (
        <EmptyState icon={<Search />} title={t('products.values.none')} text={t('products.values.noneDetail')} />
      ) : (
        <TableContainer>
          <Table
            size="small"
            aria-label={t('products.values.label')}
            sx={{ tableLayout: 'fixed', '& th.MuiTableCell-root:first-of-type': { paddingLeft: 2.5 } }}
          >
            <TableHead>
              <TableRow>
                <TableCell sx={{ width: '27%' }}>{t('products.values.value')}</TableCell>
                <TableCell sx={{ width: '27%' }}>{t('products.values.source')}</TableCell>
                <TableCell sx={{ width: '14%' }}>{t('products.values.form')}</TableCell>
                <TableCell sx={{ width: '16%' }}>{t('products.values.clause')}</TableCell>
                <TableCell sx={{ width: '16%' }}>{t('products.values.rule')}</TableCell>
              </TableRow>
            </TableHead>
            {found.map((grouping) => (
              <GroupingRows key={groupingName(grouping)} grouping={grouping} />
            ))}
          </Table>
        </TableContainer>
      )}
    </Paper>
  );
}
