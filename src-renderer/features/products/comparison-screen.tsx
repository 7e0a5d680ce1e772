import CompareArrows from '@mui/icons-material/CompareArrowsOutlined';
import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import SwapHoriz from '@mui/icons-material/SwapHorizOutlined';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Page } from '../../components/page.tsx';
import { SkeletonRows } from '../../components/shown.tsx';
import { formatCount } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import type { ComparedKind } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { DifferenceList } from './difference-list.tsx';
import { useComparison, useProducts } from './use-products.ts';

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly { readonly name: string; readonly title: string }[];
  readonly onChange: (name: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  // An address may name what is not there: the choice is empty then, and the station says why.
  const known = options.some(({ name }) => name === value);
  return (
    <TextField
      select
      label={label}
      value={known ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      sx={{ flex: '1 1 260px', maxWidth: 440 }}
    >
      {options.map(({ name, title }) => (
        <MenuItem key={name} value={name}>
          {title} · {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface ComparisonScreenProps {
  readonly of: ComparedKind;
  readonly before: string | null;
  readonly after: string | null;
}

/** What the second of two products, or of two profiles, has otherwise than the first. */
export function ComparisonScreen({ of, before, after }: ComparisonScreenProps) {
  const { t } = useTranslation();
  const list = useProducts();
  const view = useComparison(of, before, after);
  const options =
    of === 'product'
      ? (list.data?.products ?? []).map(({ product, title }) => ({ name: product, title }))
      : (list.data?.profiles ?? []).map(({ profile, title }) => ({ name: profile, title }));
  const choose = (next: { readonly before?: string | null; readonly after?: string | null }) =>
    goTo({ kind: 'comparison', of, before, after, ...next });
  return (
    <Page
      title={t(`comparison.${of}`)}
      above={
        <Link href={addressOf({ kind: 'products' })} variant="body2">
          {t('products.back')}
        </Link>
      }
    >
      {list.isError && <FaultNotice thrown={list.error} onRetry={() => void list.refetch()} />}
      <Paper variant="outlined" sx={{ display: 'flex', gap: 1.5, padding: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Choice
          label={t('comparison.before')}
          value={before}
          options={options}
          onChange={(name) => choose({ before: name })}
        />
        <Tooltip title={t('comparison.swap')}>
          <span>
            <IconButton
              aria-label={t('comparison.swap')}
              disabled={before === null && after === null}
              onClick={() => choose({ before: after, after: before })}
            >
              <SwapHoriz />
            </IconButton>
          </span>
        </Tooltip>
        <Choice
          label={t('comparison.after')}
          value={after}
          options={options}
          onChange={(name) => choose({ after: name })}
        />
        <Typography variant="body2" color="textSecondary" role="status" sx={{ marginLeft: 'auto' }}>
          {view.data !== undefined &&
            t('comparison.found', {
              count: view.data.differences.length,
              shown: formatCount(view.data.differences.length),
            })}
        </Typography>
      </Paper>
      {before === null || after === null ? (
        <Paper variant="outlined">
          <EmptyState icon={<CompareArrows />} title={t('comparison.choose')} text={t('comparison.chooseDetail')} />
        </Paper>
      ) : view.isError ? (
        <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />
      ) : view.data === undefined ? (
        <SkeletonRows rows={6} />
      ) : view.data.differences.length === 0 ? (
        <Paper variant="outlined">
          <EmptyState icon={<CheckCircle />} title={t('comparison.same')} text={t('comparison.sameDetail')} />
        </Paper>
      ) : (
        <DifferenceList comparison={view.data} />
      )}
    </Page>
  );
}
