import Checkbox from '@mui/material/Checkbox';
import { useTranslation } from 'react-i18next';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';

interface PickListProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
  readonly nameOf: (row: T) => string;
  readonly picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
}

/** Rows of which some are chosen; the head chooses all or none. */
export function PickList<T>({ label, rows, columns, keyOf, nameOf, picked, onPick }: PickListProps<T>) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  const all = rows.every((row) => picked.has(keyOf(row)));
  const turn = (key: string) => {
    const next = new Set(picked);
    if (!next.delete(key)) next.add(key);
    onPick(next);
  };
  const pick: Column<T> = {
    key: 'pick',
    width: 'content',
    head: (
      <Checkbox
        size="small"
        checked={all}
        indeterminate={!all && rows.some((row) => picked.has(keyOf(row)))}
        onChange={() => onPick(all ? new Set() : new Set(rows.map(keyOf)))}
        slotProps={{ input: { 'aria-label': t('destruction.all', { list: label }) } }}
        sx={{ padding: 0 }}
      />
    ),
    cell: (row) => (
      <Checkbox
        size="small"
        checked={picked.has(keyOf(row))}
        onChange={() => turn(keyOf(row))}
        slotProps={{ input: { 'aria-label': t('destruction.pick', { name: nameOf(row) }) } }}
        sx={{ padding: 0 }}
      />
    ),
  };
  return <PlainTable label={label} columns={[pick, ...columns]} rows={rows} keyOf={keyOf} />;
}
