import Key from '@mui/icons-material/KeyOutlined';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslation } from 'react-i18next';
import type { KeyView } from '#shared/contract/views/evidence-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';

/** Keys by name, use and check value; no material is ever shown. */
export function KeyTable({ keys }: { readonly keys: readonly KeyView[] }) {
  const { t } = useTranslation();
  if (keys.length === 0) return <EmptyState icon={<Key />} title={t('keys.empty')} text={t('keys.emptyDetail')} />;
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('keys.name')}</TableCell>
            <TableCell>{t('keys.usage')}</TableCell>
            <TableCell>{t('keys.algorithm')}</TableCell>
            <TableCell>{t('keys.kcv')}</TableCell>
            <TableCell>{t('devices.column.environment')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {keys.map((key) => (
            <TableRow key={key.name}>
              <TableCell component="th" scope="row" sx={{ fontWeight: 600 }}>
                {key.name}
              </TableCell>
              <TableCell>{key.usage}</TableCell>
              <TableCell>{key.algorithm}</TableCell>
              <TableCell>
                <Identifier>{key.kcv}</Identifier>
              </TableCell>
              <TableCell>{t(`environment.${key.environment}`)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
