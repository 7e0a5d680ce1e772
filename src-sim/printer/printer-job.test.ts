import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, read, writeSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { concatBytes, latin1 } from '#shared/bytes/bytes.ts';
import { afterEach, expect, test } from 'vitest';
import { startControlServer } from '../control/json-lines-server.ts';
import { dyeRectangle, framed, PrinterRig, resinRectangle } from './printer-rig.ts';

let rig: PrinterRig | undefined;

afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number[];
}

/** Reads a PNG of eight-bit RGBA whose rows use filter 2, by the specification. */
async function readPng(file: string): Promise<Picture> {
  const png = await readFile(file);
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const rows = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const pixels = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    expect(rows[row * (stride + 1)]).toBe(2);
    for (let at = 0; at < stride; at++)
      pixels[row * stride + at] =
        (rows[row * (stride + 1) + 1 + at] ?? 0) + (row === 0 ? 0 : (pixels[(row - 1) * stride + at] ?? 0));
  }
  return { width, height, at: (x, y) => [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)] };
}

test('a whole duplex job over TCP: contacts, stripe, panels, ejection, pictures', async () => {
  const contacts: unknown[] = [];
  const head = await startControlServer('127.0.0.1', 0, (request) => {
    contacts.push(request);
    return { ok: true };
  });
  rig = await PrinterRig.start(
    '--listen',
    '127.0.0.1:0',
    '--serial',
    'P1',
    '--pictures',
    '{}/p',
    '--contacts',
    head.address,
  );
  const host = await rig.host();
  expect(await host.commands('Pem;2', 'Rsn', 'Rtp', 'Rse;f', 'Rlr;p', 'Rrt;count', 'Rrt;qty', 'Pr;ymcko')).toEqual([
    'OK',
    'P1',
    'EVOLIS DUALYS 3',
    '5,00 Volts',
    'OK',
    '200',
    '200',
    'OK',
  ]);
  expect(await host.commands('Sis', 'Rlr;p')).toEqual(['OK', 'SMART CARD']);
  expect(contacts).toEqual([{ contacts: 'open' }, { contacts: 'closed', card: 'P1-000001' }]);
  const track1 = 'B4111111111111111^DOE/JOHN^3012101';
  expect(
    await host.commands(`Dm;1;${track1}`, 'Dm;2;4111111111111111=3012101', 'Smw', 'Smr;1', 'Smr;2', 'Smr;3', 'Rlr;p'),
  ).toEqual(['OK', 'OK', 'OK', track1, '4111111111111111=3012101', 'ERR MAG BLANK', 'CARD']);
  expect(contacts.at(-1)).toEqual({ contacts: 'open' });

  const red = dyeRectangle(60, 40, 100, 80);
  expect(await host.commands('Ss', 'Sr')).toEqual(['OK', 'OK']);
  expect(await host.command(`Dbc;y;128;${red.length};`, red)).toBe('OK');
  expect((await rig.inspect())['inside']).toMatchObject({ front: '' });
  expect(await host.command(`Dbc;m;128;${red.length};`, red)).toBe('OK');
  expect((await rig.inspect())['inside']).toMatchObject({ front: 'y', position: 'print' });
  expect(await host.command('Db;k;2;', resinRectangle(900, 600, 20, 10))).toBe('OK');
  expect(await host.commands('Wcb;o;255', 'Sv')).toEqual(['OK', 'OK']);
  expect((await rig.inspect())['inside']).toMatchObject({ front: 'ymko', back: '', sideUp: 'back' });
  expect(await host.command('Db;k;2;', resinRectangle(100, 400, 50, 50))).toBe('OK');
  expect(await host.commands('Se', 'Rlr;p', 'Rrt;count')).toEqual(['OK', 'OK', '198']);

  const front = await readPng(join(rig.folder, 'p/P1-000001-front.png'));
  expect([front.width, front.height]).toEqual([1016, 648]);
  const varnished = { red: [251, 0, 0, 255], white: [251, 251, 246, 255], black: [18, 18, 19, 255] };
  expect([
    front.at(60, 40),
    front.at(159, 119),
    front.at(59, 40),
    front.at(160, 119),
    front.at(60, 39),
    front.at(159, 120),
    front.at(900, 600),
    front.at(919, 609),
    front.at(920, 609),
    front.at(0, 0)[3],
    front.at(508, 300),
  ]).toEqual([
    varnished.red,
    varnished.red,
    varnished.white,
    varnished.white,
    varnished.white,
    varnished.white,
    varnished.black,
    varnished.black,
    varnished.white,
    0,
    varnished.white,
  ]);
  const back = await readPng(join(rig.folder, 'p/P1-000001-back.png'));
  expect([back.at(500, 64), back.at(500, 65), back.at(500, 188), back.at(500, 189), back.at(100, 400)]).toEqual([
    [255, 255, 255, 255],
    [52, 40, 34, 255],
    [52, 40, 34, 255],
    [255, 255, 255, 255],
    [18, 18, 20, 255],
  ]);
  expect(JSON.parse(await readFile(join(rig.folder, 'p/P1-000001.json'), 'utf8'))).toMatchObject({
    card: 'P1-000001',
    disposition: 'good',
    stripe: { 1: track1, 2: '4111111111111111=3012101', 3: null },
    panels: { front: 'ymko', back: 'k' },
    encodedAfterPrint: false,
  });
  const state = await rig.inspect();
  expect(state['counters']).toMatchObject({ fed: 1, good: 1, rejected: 0, prints: 2, panels: 5, flips: 1 });
  expect([state['balanced'], state['feeder'], state['inside']]).toEqual([true, 99, null]);
  await head.close();
});

test('a job of the Windows driver, sent without reading, feeds for itself', async () => {
  rig = await PrinterRig.start('--listen', '127.0.0.1:0', '--ribbon', 'k:1000', '--pictures', '{}/p');
  const host = await rig.host();
  const line = new Uint8Array(82).fill(0xff);
  line[0] = 81;
  const data = concatBytes(...Array.from({ length: 1016 }, () => line));
  const download = framed('Dbc;k;2;83312;', data);
  host.socket.write(
    concatBytes(
      ...['Pr;k', 'Pmi;F;s', 'Pc;k;=;10', 'Pdt;DU', 'Mr;s', 'Ppws;1300000000', 'Ss', 'Sr'].map((text) => framed(text)),
      download,
      new Uint8Array((64 - (download.length % 64)) % 64),
      framed('Se;1'),
      new Uint8Array(32),
    ),
  );
  for (let at = 0; at < 10; at++) expect(await host.answer()).toBe('OK');
  const state = await rig.inspect();
  expect(state['counters']).toMatchObject({ fed: 1, good: 1, prints: 1 });
  expect(state['link']).toEqual({ strayBytes: 0, discardedCommands: 0, refusedClients: 0 });
  expect((await readdir(join(rig.folder, 'p'))).sort()).toEqual([
    'VIRTUAL-0001-000001-back.png',
    'VIRTUAL-0001-000001-front.png',
    'VIRTUAL-0001-000001.json',
  ]);
});

test('a whole job over a serial device at line speed', async () => {
  rig = await PrinterRig.start('--pty', '{}/tty', '--pace', '115200', '--pictures', '{}/p', '--serial', 'S1');
  const link = rig.ready.pty ?? '';
  const port = openSync(link, constants.O_RDWR | constants.O_NOCTTY);
  const readSome = promisify(read);
  let text = '';
  const answer = async (): Promise<string> => {
    while (!text.includes('\0'))
      text += latin1((await readSome(port, Buffer.alloc(256), 0, 256, null)).buffer).replace(/\0+$/, '\0');
    const end = text.indexOf('\0');
    const first = text.slice(0, end);
    text = text.slice(end + 1);
    return first;
  };
  const ask = async (command: string, data?: Uint8Array): Promise<string> => {
    const bytes = framed(command, data);
    for (let at = 0; at < bytes.length; at += 512) {
      writeSync(port, bytes.subarray(at, at + 512));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return await answer();
  };
  const replies: string[] = [];
  for (const command of ['Pem;2', 'Rsn', 'Pr;ymcko', 'Si', 'Dm;2;12345', 'Smw', 'Smr;2', 'Ss', 'Sr'])
    replies.push(await ask(command));
  expect(replies).toEqual(['OK', 'S1', 'OK', 'OK', 'OK', 'OK', '12345', 'OK', 'OK']);
  const red = dyeRectangle(0, 0, 1000, 600);
  const began = Date.now();
  expect(await ask(`Dbc;m;128;${red.length};`, red)).toBe('OK');
  expect(Date.now() - began).toBeGreaterThan((red.length / 11_520) * 1000 * 0.9);
  expect(await ask('Se')).toBe('OK');
  closeSync(port);
  expect((await rig.inspect())['counters']).toMatchObject({ fed: 1, good: 1, panels: 1 });
  expect((await readPng(join(rig.folder, 'p/S1-000001-front.png'))).at(500, 300)).toEqual([255, 0, 255, 255]);
}, 20_000);

test('the help names every fault and a wrong option ends the program with code 2 or 1', async () => {
  const run = async (...options: string[]): Promise<[number | null, string]> => {
    const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, ...options]);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return [code, text];
  };
  const [code, text] = await run('--help');
  expect(code).toBe(0);
  for (const name of ['ribbon-out', 'jam', 'link-lost', 'stripe-misread', 'power-off', '--pace', '--contacts'])
    expect(text).toContain(name);
  expect((await run('--nonsense'))[0]).toBe(1);
  expect(await run()).toEqual([2, 'one of --listen and --pty is needed\n']);
});
