import PrintDisabled from '@mui/icons-material/PrintDisabledOutlined';
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
import type { DeviceView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatDateTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

const tones: Readonly<Record<DeviceView['state'], Tone>> = {
  ready: 'good',
  working: 'busy',
  'not-reachable': 'bad',
  'other-device': 'bad',
  'not-enrolled': 'warning',
};

function Enrolment({ device, person }: { readonly device: DeviceView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const ask = useCommand(
    () => station.devices.requestEnrolment({ device: device.device }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  if (device.enrolled !== null) {
    return (
      <Typography variant="caption" component="span">
        {t('devices.enrolledBy', {
          asker: device.enrolled.asker,
          approver: device.enrolled.approver,
          time: formatDateTime(device.enrolled.time),
        })}
      </Typography>
    );
  }
  // The key module is the station's own: it is opened by the seal, not enrolled.
  if (device.kind === 'hsm') return <>{t('devices.bySeal')}</>;
  if (!actIn(person, 'request-enrolment')) return <>{t('devices.notEnrolled')}</>;
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Button
        size="small"
        loading={ask.isPending}
        aria-label={t('devices.enrolNamed', { device: device.device })}
        onClick={() => ask.mutate(undefined)}
      >
        {t('devices.enrol')}
      </Button>
      {ask.isError && <FaultNotice thrown={ask.error} />}
    </Box>
  );
}

interface DeviceTableProps {
  readonly devices: readonly DeviceView[];
  readonly person: PersonView;
}

/** Every device with its line, its link and who enrolled it. */
export function DeviceTable({ devices, person }: DeviceTableProps) {
  const { t } = useTranslation();
  if (devices.length === 0)
    return <EmptyState icon={<PrintDisabled />} title={t('devices.empty')} text={t('devices.emptyDetail')} />;
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('devices.column.device')}</TableCell>
            <TableCell>{t('devices.column.serial')}</TableCell>
            <TableCell>{t('devices.column.link')}</TableCell>
            <TableCell>{t('devices.column.line')}</TableCell>
            <TableCell>{t('devices.column.environment')}</TableCell>
            <TableCell>{t('devices.column.state')}</TableCell>
            <TableCell>{t('devices.column.enrolment')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {devices.map((device) => (
            <TableRow key={device.device}>
              <TableCell component="th" scope="row">
                <Typography variant="body2" sx={{ fontWeight: 650 }}>
                  {device.model}
                </Typography>
                <Typography variant="caption" color="textSecondary">
                  {t(`deviceKind.${device.kind}`)} · {device.device}
                </Typography>
              </TableCell>
              <TableCell>
                <Identifier>{device.serial}</Identifier>
              </TableCell>
              <TableCell>{device.link}</TableCell>
              <TableCell>{device.line ?? t('devices.noLine')}</TableCell>
              <TableCell>{t(`environment.${device.environment}`)}</TableCell>
              <TableCell>
                <StateMark tone={tones[device.state]} label={t(`deviceState.${device.state}`)} />
                {device.detail !== '' && (
                  <Typography variant="caption" component="p" color="textSecondary" sx={{ marginTop: 0.5 }}>
                    {device.detail}
                  </Typography>
                )}
              </TableCell>
              <TableCell>
                <Enrolment device={device} person={person} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
