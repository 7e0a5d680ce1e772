import type { DeviceView } from '#shared/contract/views/evidence-views.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import type { Services } from '../api/services.ts';
import type { Enrolment, KnownDevice } from '../enrolment/enrolment.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyPort } from '../keys/port.ts';
import type { ProductionService } from '../production/production-service.ts';
import type { ConfiguredLine } from './configuration.ts';

interface DeviceSources {
  readonly journal: Journal;
  readonly enrolment: Enrolment;
  readonly production: ProductionService;
  readonly lines: readonly ConfiguredLine[];
  readonly keys: KeyPort;
  readonly hsm: { readonly module: string; readonly token: string };
  readonly environment: Environment;
}

function enrolledBy(device: KnownDevice, { journal }: DeviceSources): DeviceView['enrolled'] {
  const row = journal.projections.lines.findDevice(device.kind, device.serial);
  if (row === null) return null;
  const approval = journal.projections.approvals.find(row.approval);
  return {
    asker: approval?.asker ?? '',
    approver: journal.projections.approvals.signers(row.approval)[0]?.approver ?? '',
    time: row.enrolledAt,
  };
}

const again = 'It may not touch a card until two people have enrolled it again: ask for it here.';

/** Why a device is not enrolled, and what to do. */
const notEnrolled: Readonly<Record<ReturnType<Enrolment['changeOf']>, string>> = {
  all: 'It may not touch a card until two people have enrolled it.',
  none: 'It is configured for other cards than this station makes.',
  model: `Its model is not the one that was enrolled. ${again}`,
  link: `It is reached another way than when it was enrolled. ${again}`,
  environment: `It was enrolled for other cards than this station makes. ${again}`,
};

function stateOf(device: KnownDevice, line: string, sources: DeviceSources): Pick<DeviceView, 'state' | 'detail'> {
  if (sources.enrolment.isEnrolled(device) === 'no') {
    return { state: 'not-enrolled', detail: notEnrolled[sources.enrolment.changeOf(device)] };
  }
  const runner = sources.production.lines.find((candidate) => candidate.configuration.line === line)?.runner;
  if (runner === undefined) return { state: 'not-reachable', detail: 'Its line is not open.' };
  const { state } = runner;
  if (state.kind === 'asking' && state.during === 'connect') {
    const { text } = describeFault(state.fault);
    return { state: state.fault.code === 'PRINTER-OTHER-DEVICE' ? 'other-device' : 'not-reachable', detail: text };
  }
  if (device.kind === 'printer' && runner.measures.connected === 'no')
    return { state: 'not-reachable', detail: 'The link is being opened.' };
  return state.kind === 'working' || state.kind === 'ending'
    ? { state: 'working', detail: 'A card is inside.' }
    : { state: 'ready', detail: '' };
}

/** Devices and keys as the screen shows them. */
export function deviceViews(sources: DeviceSources): Services['devices'] {
  const devices = (): readonly DeviceView[] =>
    sources.enrolment.known.map((device) => {
      const line = sources.lines.find((candidate) => device.device.startsWith(`${candidate.line}-`))?.line ?? '';
      const runner = sources.production.lines.find((candidate) => candidate.configuration.line === line)?.runner;
      return {
        device: device.device,
        kind: device.kind,
        serial: device.serial,
        model:
          device.kind === 'printer' && runner !== undefined && runner.measures.model !== ''
            ? runner.measures.model
            : device.model,
        link: device.link,
        line,
        environment: device.environment,
        ...stateOf(device, line, sources),
        enrolled: enrolledBy(device, sources),
      };
    });
  const hsm: DeviceView = {
    device: 'hsm',
    kind: 'hsm',
    serial: sources.hsm.token,
    model: sources.hsm.module,
    link: 'PKCS#11',
    line: null,
    environment: sources.environment,
    state: 'ready',
    detail: '',
    enrolled: null,
  };
  return {
    list: async (signal) => {
      try {
        await sources.keys.describe(signal);
        return [...devices(), hsm];
      } catch {
        return [...devices(), { ...hsm, state: 'not-reachable', detail: 'The HSM does not answer.' }];
      }
    },
    keys: async (signal) =>
      (await sources.keys.list(signal)).map(({ name, usage, algorithm, kcv, environment, issuer }) => ({
        name,
        usage,
        algorithm,
        kcv,
        environment,
        issuer,
        batch: usage === 'batch-wrapping' ? name.slice(name.indexOf('/') + 1) : null,
      })),
  };
}
