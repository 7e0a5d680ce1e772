import type { FaultDescription } from './station-fault.ts';

/** Faults of the area printer. */
export const printerFaults = {
  'PRINTER-COMMAND': {
    retry: 'never',
    text: 'A printer command cannot be written ({command}: {reason}).',
    next: 'Stop the batch and call a supervisor: the product or the program is wrong, not the printer.',
  },
  'PRINTER-ANSWER': {
    retry: 'ask-operator',
    text: 'The printer answered something that is not its language ({reason}).',
    next: 'Check that the right device is connected, then switch the printer off and on.',
  },
  'PRINTER-PANEL': {
    retry: 'never',
    text: 'A picture does not have the form that the printer takes ({reason}).',
    next: 'Stop the batch and call a supervisor: the layout or the program is wrong, not the printer.',
  },
} as const satisfies Record<string, FaultDescription>;
