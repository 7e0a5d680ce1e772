import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import type { ReactNode } from 'react';

export interface Column<T> {
  readonly key: string;
  readonly head: ReactNode;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** As narrow as its content, never broken. */
  readonly width?: 'content';
  readonly cell: (row: T) => ReactNode;
}

interface PlainTableProps<T> {
  /** What the table is, for who cannot see its title. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** A last row, its sums. */
  readonly sum?: T | null;
}

/** A table of a few rows; the first column names the row. */
export function PlainTable<T>({ label, columns, rows, keyOf, sum }: PlainTableProps<T>) {
  const row = (one: T, weight: 'row' | 'sum') => (
    <TableRow key={weight === 'sum' ? 'sum' : keyOf(one)} sx={weight === 'sum' ? { backgroundColor: 'well' } : {}}>
      {columns.map((column, index) => (
        <TableCell
          key={column.key}
          {...(index === 0 ? { component: 'th' as const, scope: 'row' } : {})}
          {...(column.align === undefined ? {} : { align: column.align })}
          sx={{
            fontWeight: index === 0 || weight === 'sum' ? 600 : 400,
            ...(column.width === 'content' ? { width: '1%', whiteSpace: 'nowrap' } : {}),
          }}
        >
          {column.cell(one)}
        </TableCell>
      ))}
    </TableRow>
  );
  return (
    <TableContainer>
      <Table
        size="small"
        aria-label={label}
        sx={{
          '& .MuiTableCell-root': { paddingInline: 1.25 },
          '& th.MuiTableCell-root:first-of-type': { paddingLeft: 2.5 },
          '& .MuiTableCell-root:last-of-type': { paddingRight: 2.5 },
        }}
      >
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <TableCell key={column.key} {...(column.align === undefined ? {} : { align: column.align })}>
                {column.head}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((one) => row(one, 'row'))}
          {sum !== undefined && sum !== null && row(sum, 'sum')}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
