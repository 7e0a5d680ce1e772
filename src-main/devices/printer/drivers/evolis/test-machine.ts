import { join } from 'node:path';
import { PrinterRig } from '../../../../../src-sim/printer/printer-rig.ts';
import type { OpenLink } from '../../../links/byte-link.ts';
import { openSerialLink } from '../../../links/serial-link.ts';
import { openTcpLink } from '../../../links/tcp-link.ts';
import type {
  Disturbance,
  DisturbedAct,
  MachineTruth,
  MachineUnderTest,
  Situation,
} from '../../conformance/machine-under-test.ts';
import type { EvolisDeadlines } from './evolis-deadlines.ts';
import { EvolisPrinter } from './evolis-printer.ts';
import { PanelPacker } from './panel-packer.ts';

/** Short enough for a test, long enough for a machine that does other things too. */
const deadlines: EvolisDeadlines = {
  open: 3000,
  query: 1200,
  movement: 1200,
  stripe: 1200,
  panel: 2400,
  eject: 1200,
  quiet: 600,
};

/** A pseudo terminal carries bytes as fast as it is read; the driver's deadlines follow from this figure. */
const ptyBaud = 4_000_000;

const faults: Readonly<Record<Situation, object>> = {
  'feeder-empty': { fault: 'feeder-empty' },
  'cover-open': { fault: 'cover-open' },
  'ribbon-out': { fault: 'ribbon-out' },
  'wrong-ribbon': { fault: 'wrong-ribbon' },
  'jam-at-feed': { fault: 'jam', at: 'feed' },
  'jam-at-print': { fault: 'jam', at: 'print' },
  'jam-at-eject': { fault: 'jam', at: 'eject' },
  'hopper-full': { fault: 'hopper-full' },
  'reject-full': { fault: 'reject-full' },
  'stripe-unreadable': { fault: 'stripe-misread', track: 2 },
  'stripe-write-weak': { fault: 'stripe-write-weak', track: 2 },
};

const commands: Readonly<Record<DisturbedAct, string>> = {
  status: 'Rrt',
  feed: 'Sis',
  'write-stripe': 'Smw',
  'read-stripe': 'Smr',
  panel: 'Dbc',
  eject: 'Se',
  reject: 'Ser',
};

function disturbance(act: DisturbedAct, how: Disturbance): object {
  const on = commands[act];
  switch (how) {
    case 'silent':
      return { fault: 'silent', on, acts: false };
    case 'unheard':
      return { fault: 'silent', on };
    case 'late':
      return { fault: 'late', on, ms: act === 'panel' ? 3400 : 2000 };
    case 'doubled':
    case 'cut':
    case 'garbage':
      return { fault: how, on };
    case 'link-lost':
      return { fault: 'link-lost', ...(act === 'panel' ? { atByte: 60_000 } : { atCommand: 2 }) };
  }
}

interface Inspection {
  readonly serial: string;
  readonly inside: { readonly front: string; readonly back: string } | null;
  readonly memory: { readonly side: 'front' | 'back'; readonly panel: string } | null;
  readonly counters: { readonly fed: number; readonly good: number; readonly rejected: number };
  readonly unknownCommands: number;
  readonly link: { readonly strayBytes: number; readonly refusedClients: number };
}

/** The virtual printer as a process of its own, with the driver on its wire. */
export class EvolisTestMachine implements MachineUnderTest {
  readonly rig: PrinterRig;
  readonly printer: EvolisPrinter;
  readonly #packer: PanelPacker;

  private constructor(rig: PrinterRig, open: OpenLink, given: EvolisDeadlines) {
    this.rig = rig;
    this.#packer = new PanelPacker();
    this.printer = new EvolisPrinter({ open, place: 'the test', packer: this.#packer, deadlines: given });
  }

  static async start(wire: 'tcp' | 'pty', given: EvolisDeadlines = deadlines): Promise<EvolisTestMachine> {
    const where = wire === 'tcp' ? ['--listen', '127.0.0.1:0'] : ['--pty', '{}/line'];
    const stock = ['--cards', '5000', '--ribbon', 'ymcko:5000'];
    const rig = await PrinterRig.start(...where, ...stock, '--serial', `EV-${wire}`, '--command-timeout', '300');
    const open: OpenLink =
      wire === 'tcp'
        ? (wait) => openTcpLink({ host: '127.0.0.1', port: Number(rig.ready.listen?.split(':')[1]) }, wait)
        : (wait) => openSerialLink({ path: join(rig.folder, 'line'), baud: ptyBaud }, wait);
    return new EvolisTestMachine(rig, open, given);
  }

  get serial(): string {
    return this.rig.ready.serial;
  }

  async truth(): Promise<MachineTruth> {
    const state = (await this.rig.inspect()) as unknown as Inspection;
    const panels = { front: state.inside?.front ?? '', back: state.inside?.back ?? '' };
    if (state.memory !== null) panels[state.memory.side] += state.memory.panel;
    return {
      inside: state.inside === null ? 'no' : 'yes',
      fed: state.counters.fed,
      good: state.counters.good,
      rejected: state.counters.rejected,
      panels: `${panels.front}/${panels.back}`,
      misunderstood: state.unknownCommands + state.link.strayBytes,
    };
  }

  async arrange(situation: Situation): Promise<void> {
    await this.#ask({ ...faults[situation] });
  }

  async disturb(act: DisturbedAct, how: Disturbance): Promise<void> {
    await this.#ask({ ...disturbance(act, how) });
  }

  async mend(): Promise<void> {
    await this.#ask({ clear: true });
    await this.#ask({ empty: 'hopper' });
    await this.#ask({ empty: 'reject' });
  }

  async restart(): Promise<void> {
    await this.#ask({ power: 'off' });
    await this.#ask({ power: 'on' });
  }

  /** As it stands at the start of a case: nothing wrong, no card inside. */
  async tidy(): Promise<void> {
    await this.mend();
    if ((await this.truth()).inside === 'yes') await this.#ask({ takeCard: true });
  }

  async stop(): Promise<void> {
    await this.printer.close();
    await this.#packer.close();
    await this.rig.stop();
  }

  async #ask(request: Record<string, unknown>): Promise<void> {
    const { error } = await this.rig.ask(request);
    if (error !== undefined) throw new Error(JSON.stringify(error));
  }
}
