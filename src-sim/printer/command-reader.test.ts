import { ascii, concatBytes } from '#shared/bytes/bytes.ts';
import { expect, test } from 'vitest';
import type { PrinterCommand } from './command-reader.ts';
import { CommandReader } from './command-reader.ts';

function escaped(text: string): Uint8Array {
  return concatBytes(new Uint8Array([0x1b]), ascii(text), new Uint8Array([0x0d]));
}

function panel(header: string, data: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array([0x1b]), ascii(header), data, new Uint8Array([0x0d]));
}

function names(commands: readonly PrinterCommand[]): string[] {
  return commands.map((each) => (each.kind === 'text' ? each.text : `${each.kind} ${each.name}`));
}

/** The Windows driver's order of a job with its padding rules (facts A.1, A.8). */
function windowsJob(): Uint8Array {
  const line = new Uint8Array(82).fill(0xff);
  line[0] = 81;
  const data = new Uint8Array(1016 * 82);
  for (let at = 0; at < 1016; at++) data.set(line, at * 82);
  expect(data.length).toBe(83_312);
  const download = panel('Dbc;k;2;83312;', data);
  const padding = new Uint8Array((64 - (download.length % 64)) % 64);
  const before = ['Pr;k', 'Pmi;F;s', 'Pc;k;=;10', 'Pdt;DU', 'Mr;s', 'Ppws;1300000000', 'Ss', 'Sr'].map(escaped);
  const opening = concatBytes(...before);
  expect(opening.length).toBe(65);
  return concatBytes(opening, download, padding, escaped('Se;1'), new Uint8Array(32));
}

test.each([1, 7, 64, 4096, 1 << 20])('a Windows job is cut the same in pieces of %i bytes', (size) => {
  const job = windowsJob();
  const reader = new CommandReader();
  const commands: PrinterCommand[] = [];
  for (let at = 0; at < job.length; at += size) commands.push(...reader.push(job.subarray(at, at + size)));
  expect(names(commands)).toEqual([
    'Pr;k',
    'Pmi;F;s',
    'Pc;k;=;10',
    'Pdt;DU',
    'Mr;s',
    'Ppws;1300000000',
    'Ss',
    'Sr',
    'panel Dbc',
    'Se;1',
  ]);
  expect(commands[8]).toMatchObject({ panel: 'k', depth: 1 });
  expect([reader.strayBytes, reader.partial]).toEqual([0, 0]);
});

test.each([
  ['Db;k;2;', 82_296],
  ['Db;y;32;', 411_480],
  ['Db;m;64;', 493_776],
  ['Db;c;128;', 576_072],
  ['Db;o;2;', 84_624],
  ['Db;y;32;', 423_120],
  ['Db;m;64;', 507_744],
  ['Db;c;128;', 592_368],
])('%s is framed by a length of %i, whatever its data looks like', (header, size) => {
  const data = new Uint8Array(size);
  for (let at = 0; at < size; at++) data[at] = at % 3 === 1 ? 0x0d : 0x1b;
  const reader = new CommandReader();
  const commands = reader.push(concatBytes(panel(header, data), escaped('Rsn')));
  expect(names(commands)).toEqual(['panel Db', 'Rsn']);
  expect(commands[0]?.kind === 'panel' && commands[0].data.length).toBe(size);
});

test('a panel of no known length is refused, and the next command is found', () => {
  const reader = new CommandReader();
  const commands = reader.push(concatBytes(panel('Db;k;2;', new Uint8Array(84_700)), escaped('Rsn')));
  expect(commands).toEqual([
    { kind: 'malformed', name: 'Db', fault: 'parameters' },
    { kind: 'text', name: 'Rsn', parameters: [], text: 'Rsn' },
  ]);
});

test.each(['Db;q;2;', 'Db;k;32;', 'Db;y;2;', 'Dbc;k;2;x;', 'Dbc;k;2;'])('the header %s is refused', (header) => {
  const [first] = new CommandReader().push(escaped(header));
  expect(first).toMatchObject({ kind: 'malformed', fault: 'parameters' });
});

test('a Dbc whose length does not meet its CR is refused', () => {
  const commands = new CommandReader().push(concatBytes(panel('Dbc;k;2;10;', new Uint8Array(12)), escaped('Rtp')));
  expect(names(commands)).toEqual(['malformed Dbc', 'Rtp']);
});

test('bytes outside commands are counted, bytes that are no text break a command, and a pause forgets an unfinished one', () => {
  const reader = new CommandReader();
  expect(names(reader.push(concatBytes(ascii('xy'), escaped('Ss'), ascii('\n'), new Uint8Array(3))))).toEqual(['Ss']);
  expect(reader.strayBytes).toBe(3);
  expect(names(reader.push(concatBytes(ascii('\u001bRs'), escaped('Rsn'))))).toEqual(['malformed ', 'Rsn']);
  expect(reader.push(ascii('\u001bDbc;k;2;1000;abc'))).toEqual([]);
  expect(reader.partial).toBe(17);
  reader.discardPartial();
  expect(names(reader.push(escaped('Rlr;p')))).toEqual(['Rlr;p']);
});
