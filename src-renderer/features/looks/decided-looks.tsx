import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslation } from 'react-i18next';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { useWord } from '../../wording/use-word.ts';
import { useLooks } from './use-looks.ts';

const MOST = 50;

/** What was said of the cards before, newest first. */
export function DecidedLooks({ batch }: { readonly batch: string | null }) {
  const { t } = useTranslation();
  const word = useWord();
  const view = useLooks(batch, 'all');
  const decided = (view.data?.looks ?? [])
    .flatMap((look) => (look.decided === null ? [] : [{ look, decided: look.decided }]))
    .sort((left, right) => right.decided.time.localeCompare(left.decided.time))
    .slice(0, MOST);
  if (decided.length === 0) return null;
  return (
    <Panel title={t('looks.decided')} padding="none">
      <TableContainer>
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('looks.column.card')}</TableCell>
              <TableCell>{t('looks.column.result')}</TableCell>
              <TableCell>{t('looks.column.reason')}</TableCell>
              <TableCell>{t('looks.remark')}</TableCell>
              <TableCell>{t('looks.column.by')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {decided.map(({ look, decided: said }) => (
              <TableRow key={look.attempt}>
                <TableCell component="th" scope="row">
                  <Identifier>{look.maskedPan ?? look.order}</Identifier>
                </TableCell>
                <TableCell>
                  <StateMark tone={said.result === 'good' ? 'good' : 'bad'} label={t(`lookResult.${said.result}`)} />
                </TableCell>
                <TableCell>{word('reasonCode', said.reasonCode)}</TableCell>
                <TableCell>{said.remark}</TableCell>
                <TableCell>
                  {said.by}, {formatDateTime(said.time)}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
    </Panel>
  );
}
