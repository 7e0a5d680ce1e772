import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PairingView } from '#shared/contract/views/pairing-view.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatDateTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

const tones: Readonly<Record<PairingView['state']['kind'], Tone>> = {
  proven: 'good',
  'not-proven': 'warning',
  'test-card': 'bad',
  'no-reader': 'quiet',
};

function Proof({ pairing, person }: { readonly pairing: PairingView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const prove = useCommand(() => station.devices.provePairing({ line: pairing.line }));
  if (pairing.reader === null || !actIn(person, 'run-production')) return null;
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
      <Button
        size="small"
        variant={pairing.state.kind === 'proven' ? 'text' : 'contained'}
        loading={prove.isPending}
        aria-label={t('pairing.proveNamed', { line: pairing.title })}
        onClick={() => prove.mutate(undefined)}
      >
        {t('pairing.prove')}
      </Button>
      <Typography variant="caption" color="textSecondary">
        {t('pairing.cost')}
      </Typography>
      {prove.isError && <FaultNotice thrown={prove.error} />}
    </Box>
  );
}

function timeOf({ state }: PairingView): string {
  return state.kind === 'proven' ? formatDateTime(state.time) : '';
}

/** Every line: which encoder is inside which printer, whether a test card has proven it, and the button for it. */
export function PairingTable({
  pairings,
  person,
}: {
  readonly pairings: readonly PairingView[];
  readonly person: PersonView;
}) {
  const { t } = useTranslation();
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('pairing.column.line')}</TableCell>
            <TableCell>{t('pairing.column.printer')}</TableCell>
            <TableCell>{t('pairing.column.reader')}</TableCell>
            <TableCell>{t('pairing.column.state')}</TableCell>
            <TableCell>{t('pairing.column.proof')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {pairings.map((pairing) => (
            <TableRow key={pairing.line}>
              <TableCell component="th" scope="row" sx={{ fontWeight: 650 }}>
                {pairing.title}
              </TableCell>
              <TableCell>
                <Identifier>{pairing.printer}</Identifier>
              </TableCell>
              <TableCell>
                {pairing.reader === null ? t('pairing.noReader') : <Identifier>{pairing.reader}</Identifier>}
                {pairing.reader !== null && actIn(person, 'inspect-card') && (
                  <Box sx={{ marginTop: 0.5 }}>
                    <Button
                      size="small"
                      href={addressOf({ kind: 'inspector', line: pairing.line })}
                      aria-label={t('inspector.openNamed', { line: pairing.title })}
                    >
                      {t('inspector.open')}
                    </Button>
                  </Box>
                )}
              </TableCell>
              <TableCell>
                <StateMark tone={tones[pairing.state.kind]} label={t(`pairing.state.${pairing.state.kind}`)} />
                <Typography variant="caption" component="p" color="textSecondary" sx={{ marginTop: 0.5 }}>
                  {t(`pairing.detail.${pairing.state.kind}`, { time: timeOf(pairing) })}
                </Typography>
              </TableCell>
              <TableCell>
                <Proof pairing={pairing} person={person} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
