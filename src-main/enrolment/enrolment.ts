import { createHash } from 'node:crypto';
import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { ApprovalsPort } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';

/** A device as the station's configuration names it; nothing is sniffed. */
export interface KnownDevice {
  readonly device: string;
  readonly kind: 'printer' | 'reader';
  readonly serial: string;
  readonly model: string;
  readonly link: string;
  readonly environment: Environment;
}

function subjectDigest(device: KnownDevice): string {
  return createHash('sha256').update(canonicalJson(device)).digest('hex');
}

/** Enrolment of a printer or reader by two people: only enrolled devices touch a card. */
export class Enrolment {
  readonly #journal: Journal;
  readonly #approvals: ApprovalsPort;
  readonly #devices: readonly KnownDevice[];
  readonly #mode: 'training' | 'live';

  constructor(options: {
    readonly journal: Journal;
    readonly approvals: ApprovalsPort;
    readonly devices: readonly KnownDevice[];
    readonly mode: 'training' | 'live';
  }) {
    this.#journal = options.journal;
    this.#approvals = options.approvals;
    this.#devices = options.devices;
    this.#mode = options.mode;
  }

  get known(): readonly KnownDevice[] {
    return this.#devices;
  }

  /** Enrolled as what it is configured for now, by serial number, model, link and environment: none of them is exchanged in the configuration alone. */
  isEnrolled(device: KnownDevice): 'yes' | 'no' {
    return device.environment === this.#wanted && this.changeOf(device) === 'none' ? 'yes' : 'no';
  }

  /** What of a device is not as two people signed it; `all` when they never did, `none` when all of it is. */
  changeOf(device: KnownDevice): 'none' | 'all' | 'model' | 'link' | 'environment' {
    const row = this.#journal.projections.lines.findDevice(device.kind, device.serial);
    if (row === null) return 'all';
    if (row.environment !== this.#wanted) return 'environment';
    if (row.model !== device.model) return 'model';
    return row.link === device.link ? 'none' : 'link';
  }

  get #wanted(): Environment {
    return this.#mode === 'live' ? 'live' : 'test';
  }

  /** DEVICE-UNKNOWN, DEVICE-ENROLLED, DEVICE-OTHER-ENVIRONMENT and the faults of approvals. */
  request(name: string, asker: PersonId): ApprovalId {
    const device = this.#find(name);
    if (this.isEnrolled(device) === 'yes') throw new StationFault('DEVICE-ENROLLED', { device: name });
    if (device.environment !== this.#wanted)
      throw new StationFault('DEVICE-OTHER-ENVIRONMENT', { device: name, environment: device.environment });
    const { approval } = this.#approvals.request({
      act: 'device-enrolment',
      subject: name,
      subjectDigest: subjectDigest(device),
      fields: [
        { label: 'Device', value: device.device },
        { label: 'Kind', value: device.kind },
        { label: 'Serial number', value: device.serial },
        { label: 'Model', value: device.model },
        { label: 'Reached by', value: device.link },
        { label: 'Enrolled for', value: device.environment === 'live' ? 'live cards' : 'test cards' },
      ],
      issuer: null,
      asker,
      subjects: { device: name },
    });
    return approval;
  }

  /** Enrols a device whose statement is signed. */
  carryOut(name: string, approval: ApprovalId): void {
    const device = this.#find(name);
    const used = this.#approvals.use(approval, 'device-enrolment', subjectDigest(device));
    this.#journal.append(used, {
      kind: 'device.enrolled',
      actor: { kind: 'station' },
      issuer: null,
      subjects: { device: name, approval },
      payload: {
        device: name,
        kind: device.kind,
        serial: device.serial,
        model: device.model,
        link: device.link,
        environment: device.environment,
        approval,
      },
    });
  }

  #find(name: string): KnownDevice {
    const device = this.#devices.find((candidate) => candidate.device === name);
    if (device === undefined) throw new StationFault('DEVICE-UNKNOWN', { device: name });
    return device;
  }
}
