import ExpandMore from '@mui/icons-material/ExpandMoreOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useFieldArray, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { shownText } from './draft-content.ts';
import { useEditing } from './editor-context.ts';
import { FieldGrid } from './field-grid.tsx';
import { findingsAt, inputId } from './finding-place.ts';
import { ChoicePlace, NumberPlace, TextPlace } from './form-fields.tsx';
import { standardOptions } from './options.ts';
import { OptionalPart } from './optional-part.tsx';
import { AddRow, RowActions } from './row-list.tsx';
import { useChoice } from './use-choices.ts';

/** What a value begins as. */
export const newRow = { item: '', format: 'b', least: 1, most: 1, source: '', clause: '', finding: '' };
const columns = ['item', 'format', 'least', 'most', 'source', 'clause', 'finding'] as const;
const widths: Readonly<Record<(typeof columns)[number], string>> = {
  item: '11%',
  format: '9%',
  least: '7%',
  most: '7%',
  source: '26%',
  clause: '17%',
  finding: '14%',
};

interface GroupingFormProps {
  readonly at: number;
  readonly of: number;
  readonly state: 'opened' | 'closed';
  readonly onOpen: () => void;
  readonly onMove: (from: number, to: number) => void;
  readonly onRemove: (at: number) => void;
}

function Rows({ path }: { readonly path: string }) {
  const { t } = useTranslation();
  const rows = useFieldArray({ name: `${path}.rows` });
  return (
    <Box sx={{ display: 'grid', gap: 1.5, marginTop: 2.5 }}>
      <TableContainer>
        <Table
          size="small"
          aria-label={t('editor.rows')}
          sx={{ tableLayout: 'fixed', minWidth: 980, '& td': { verticalAlign: 'top', paddingInline: 0.75 } }}
        >
          <TableHead>
            <TableRow>
              {columns.map((column) => (
                <TableCell key={column} sx={{ width: widths[column], paddingInline: 0.75 }}>
                  {t(`editor.row.${column}`)}
                </TableCell>
              ))}
              <TableCell sx={{ width: 112 }}>{t('editor.row.order')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.fields.map(({ id }, at) => {
              const cell = (column: (typeof columns)[number]) => ({
                path: `${path}.rows.${at}.${column}`,
                label: t('editor.cell', { column: t(`editor.row.${column}`), number: at + 1 }),
                place: 'table' as const,
              });
              return (
                <TableRow key={id}>
                  {columns.map((column) => (
                    <TableCell key={column}>
                      {column === 'format' ? (
                        <ChoicePlace {...cell(column)} options={standardOptions.formats} />
                      ) : column === 'least' || column === 'most' ? (
                        <NumberPlace {...cell(column)} />
                      ) : (
                        <TextPlace {...cell(column)} />
                      )}
                    </TableCell>
                  ))}
                  <TableCell>
                    <RowActions
                      name={t('editor.rowNumber', { number: at + 1 })}
                      at={at}
                      of={rows.fields.length}
                      onMove={rows.move}
                      onRemove={rows.remove}
                    />
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      </TableContainer>
      <AddRow label={t('editor.addRow')} onAdd={() => rows.append({ ...newRow })} />
    </Box>
  );
}

/** One data grouping: what it is, its record, and its values as a table once it is opened. */
export function GroupingForm({ at, of, state, onOpen, onMove, onRemove }: GroupingFormProps) {
  const { t } = useTranslation();
  const contents = useChoice('contents');
  const coverages = useChoice('coverages');
  const path = `groupings.${at}`;
  const wrong = findingsAt(path, useEditing().findings, 'part').length;
  const [dgi, meaning] = useWatch({ name: [`${path}.dgi`, `${path}.meaning`] }) as readonly unknown[];
  const name = t('editor.groupingName', { dgi: shownText(dgi).toUpperCase() });
  return (
    <Panel
      padding={state === 'opened' ? 'normal' : 'none'}
      title={`${name} ${shownText(meaning)}`}
      note={
        wrong === 0 ? undefined : (
          <Typography component="span" variant="caption" color="error">
            {t('editor.wrongHere', { count: wrong })}
          </Typography>
        )
      }
      actions={
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button
            id={inputId(path)}
            size="small"
            aria-expanded={state === 'opened'}
            startIcon={<ExpandMore sx={{ transform: state === 'opened' ? 'rotate(180deg)' : 'none' }} />}
            onClick={onOpen}
          >
            {t(state === 'opened' ? 'editor.close' : 'editor.open', { name })}
          </Button>
          <RowActions name={name} at={at} of={of} onMove={onMove} onRemove={onRemove} />
        </Box>
      }
    >
      {state === 'opened' && (
        <>
          <FieldGrid>
            <TextPlace path={`${path}.dgi`} label={t('editor.dgi')} />
            <ChoicePlace path={`${path}.content`} label={t('editor.content')} options={contents} />
            <TextPlace path={`${path}.meaning`} label={t('editor.meaning')} />
          </FieldGrid>
          <OptionalPart
            path={`${path}.record`}
            label={t('editor.record')}
            help={t('editor.recordHelp')}
            initial={{ sfi: 1, number: 1, coverage: 'unsigned' }}
          >
            <FieldGrid>
              <NumberPlace path={`${path}.record.sfi`} label={t('editor.sfi')} />
              <NumberPlace path={`${path}.record.number`} label={t('editor.recordNumber')} />
              <ChoicePlace path={`${path}.record.coverage`} label={t('editor.coverage')} options={coverages} />
            </FieldGrid>
          </OptionalPart>
          <Rows path={path} />
        </>
      )}
    </Panel>
  );
}
