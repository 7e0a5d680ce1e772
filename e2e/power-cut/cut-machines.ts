import { askControl } from '../stations/control-line.ts';
import { programs } from '../stations/programs.ts';
import { startProgram } from '../stations/started-program.ts';
import type { PrinterInspection } from '../stations/virtual-machines.ts';

/** One line's machines, programs of their own that outlive every station: a printer on TCP, and a chip that a reader reaches on TCP. */
export interface CutLine {
  readonly line: string;
  readonly configured: {
    readonly line: string;
    readonly printer: string;
    readonly printerSerial: string;
    readonly reader: string;
  };
  readonly inspect: () => Promise<PrinterInspection>;
  readonly toPrinter: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
}

export interface CutMachines extends AsyncDisposable {
  readonly lines: readonly CutLine[];
}

const open = '127.0.0.1:0';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export async function startCutMachines(name: string, count: number, ribbon: 'ymcko' | 'k'): Promise<CutMachines> {
  const stack = new AsyncDisposableStack();
  try {
    const lines = await Promise.all(
      Array.from({ length: count }, async (_, at): Promise<CutLine> => {
        const card = await startProgram(programs.card, [
          '--framing',
          'tcp-listen',
          open,
          '--control',
          open,
          '--contacts',
          open,
          '--orphan',
          'exit',
          '--seed',
          `${name}-${at}`,
        ]);
        stack.defer(() => card.end());
        const printerSerial = `CUT-${name}-${at + 1}`;
        const printer = await startProgram(programs.printer, [
          '--listen',
          open,
          '--control',
          open,
          '--contacts',
          text(card.ready['contacts']),
          '--serial',
          printerSerial,
          '--cards',
          '100000',
          '--ribbon',
          `${ribbon}:500000`,
          '--until-stdin-ends',
        ]);
        stack.defer(() => printer.end());
        const control = text(printer.ready['control']);
        const line = `line-${at + 1}`;
        return {
          line,
          configured: {
            line,
            printer: text(printer.ready['listen']),
            printerSerial,
            reader: text(card.ready['vpcd']),
          },
          inspect: async () => (await askControl(control, { inspect: true }))['state'] as PrinterInspection,
          toPrinter: (request) => askControl(control, request),
        };
      }),
    );
    return { lines, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (fault) {
    await stack.disposeAsync();
    throw fault;
  }
}
