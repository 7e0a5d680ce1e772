import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ComparisonView, DifferenceView } from '#shared/contract/views/product-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';

const tones: Readonly<Record<DifferenceView['kind'], Tone>> = { added: 'good', removed: 'bad', changed: 'warning' };

function Said({ text }: { readonly text: string | null }) {
  const { t } = useTranslation();
  return (
    <TableCell sx={{ overflowWrap: 'anywhere', ...(text === null ? { color: 'text.secondary' } : {}) }}>
      {text ?? t('comparison.nothing')}
    </TableCell>
  );
}

function DifferenceRow({ difference }: { readonly difference: DifferenceView }) {
  const { t } = useTranslation();
  const { kind, subject, before, after } = difference;
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={{ fontWeight: 600 }}>
        {subject}
      </TableCell>
      <TableCell>
        <StateMark tone={tones[kind]} label={t(`comparison.kind.${kind}`)} />
      </TableCell>
      <Said text={before} />
      <Said text={after} />
    </TableRow>
  );
}

/** Every difference under its area: what it is about, how it differs, and what each of the two says. */
export function DifferenceList({ comparison }: { readonly comparison: ComparisonView }) {
  const { t } = useTranslation();
  const { before, after, differences } = comparison;
  const areas = [...new Set(differences.map(({ area }) => area))];
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
      <TableContainer>
        <Table
          size="small"
          aria-label={t('comparison.label')}
          sx={{ tableLayout: 'fixed', '& th.MuiTableCell-root:first-of-type': { paddingLeft: 2.5 } }}
        >
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: '32%' }}>{t('comparison.what')}</TableCell>
              <TableCell sx={{ width: 120 }}>{t('comparison.mark')}</TableCell>
              <TableCell>
                <Identifier>{before}</Identifier>
              </TableCell>
              <TableCell>
                <Identifier>{after}</Identifier>
              </TableCell>
            </TableRow>
          </TableHead>
          {areas.map((area) => (
            <TableBody key={area}>
              <TableRow sx={{ backgroundColor: 'well' }}>
                <TableCell component="th" scope="rowgroup" colSpan={4}>
                  <Typography component="span" variant="body2" sx={{ fontWeight: 700 }}>
                    {t(`products.area.${area}`)}
                  </Typography>
                </TableCell>
              </TableRow>
              {differences
                .filter((one) => one.area === area)
                .map((one) => (
                  <DifferenceRow key={one.text} difference={one} />
                ))}
            </TableBody>
          ))}
        </Table>
      </TableContainer>
    </Paper>
  );
}
