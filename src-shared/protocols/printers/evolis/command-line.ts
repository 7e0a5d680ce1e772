import { ascii, concatBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';

/** Control characters of the language in their default setting: ESC starts, `;` separates, CR ends. Evolis Programming Guide A5013 Rev E, "syntax" (Psc). */
export const evolisControl = { start: 0x1b, separator: 0x3b, end: 0x0d } as const;

/** Joins the parts of a command's head; a parameter with a control character in it is PRINTER-COMMAND. */
function head(name: string, parameters: readonly (string | number)[]): Uint8Array {
  const text = [name, ...parameters.map(String)];
  if (!text.every((part) => /^[\x20-\x3a\x3c-\x7e]*$/.test(part))) {
    throw new StationFault('PRINTER-COMMAND', { command: name, reason: 'a parameter holds a control character' });
  }
  return ascii(text.join(';'));
}

/** Writes one command: ESC, letters, `;` and each parameter, CR. Rev E, "syntax". PRINTER-COMMAND on control characters. */
export function evolisCommand(name: string, ...parameters: readonly (string | number)[]): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of(evolisControl.start), head(name, parameters), Uint8Array.of(evolisControl.end));
}

/** Writes a command whose last parameter is binary data; the data may hold any byte, its length is known from the head. */
export function evolisDataCommand(
  name: string,
  parameters: readonly (string | number)[],
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes(
    Uint8Array.of(evolisControl.start),
    head(name, parameters),
    Uint8Array.of(evolisControl.separator),
    data,
    Uint8Array.of(evolisControl.end),
  );
}

/** Fills a command with NUL up to a multiple of 64 bytes, as the maker's Windows driver does after Dbc; NULs between commands are ignored. */
export function padWithNul(command: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(command, new Uint8Array((64 - (command.length % 64)) % 64));
}
