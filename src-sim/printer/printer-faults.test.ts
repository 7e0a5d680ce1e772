import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startControlServer } from '../control/json-lines-server.ts';
import { framed, PrinterRig, resinRectangle } from './printer-rig.ts';

let rig: PrinterRig;

afterEach(() => rig.stop());

const dot = resinRectangle(100, 100, 10, 10);
const tcp = ['--listen', '127.0.0.1:0', '--ribbon', 'k:3', '--cards', '5'];

test('what cannot happen is refused', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  expect(
    await host.commands('Pem;2', 'Se', 'Ser', 'Smr;1', 'Dm;2;12', 'Smw', 'Xyz', 'Pem;9', 'Dm;2;ABC', 'Smr;4'),
  ).toEqual([
    'OK',
    'ERR NO CARD',
    'ERR NO CARD',
    'ERR NO CARD',
    'OK',
    'ERR NO CARD',
    'ERROR CDE',
    'ERROR PARAMETERS',
    'ERR MAG DATA',
    'ERROR PARAMETERS',
  ]);
  expect(await host.commands('Si', 'Si', 'Sis', 'Sic', 'Rlr;p', 'Rlr', 'Seb')).toEqual([
    'OK',
    'ERR CARD INSIDE',
    'OK',
    'OK',
    'CONTACTLESS CARD',
    'CONTACTLESS CARD',
    'OK',
  ]);
  // A panel outside a bracket without a card is not printed on air, and a panel that the ribbon lacks not at all.
  expect(await host.command('Db;k;2;', dot)).toBe('OK');
  expect(await host.commands('Se', 'Srs', 'Rok', 'Pem;2', 'Si')).toEqual(['ERR NO CARD', 'OK', 'OK', 'OK', 'OK']);
  expect(await host.command('Db;o;2;', dot)).toBe('OK');
  expect(await host.commands('Se', 'Ser', 'Pr;ymcko', 'Si')).toEqual(['ERR RIBBON', 'OK', 'OK', 'OK']);
  expect(await host.command('Db;k;2;', dot)).toBe('OK');
  expect(await host.commands('Se', 'Pr;k', 'Se')).toEqual(['ERR RIBBON', 'OK', 'OK']);
  const state = await rig.inspect();
  expect(state['counters']).toMatchObject({ fed: 3, good: 1, rejected: 2, panels: 1 });
  expect(state).toMatchObject({ ribbon: { remaining: 2 }, balanced: true });
});

test('encoding after printing is done and recorded; an unwritten memory is refused', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await host.commands('Pem;2', 'Si');
  await host.command('Db;k;2;', dot);
  await host.command('Db;k;2;', dot);
  expect(await host.commands('Dm;2;12', 'Smw', 'Smw', 'Smr;2')).toEqual(['OK', 'OK', 'ERR MAG DATA', '12']);
  expect((await rig.inspect())['inside']).toMatchObject({ encodedAfterPrint: true, front: 'k' });
});

test('feeder, ribbon, cover and boxes; every card is accounted for', async () => {
  rig = await PrinterRig.start(...tcp, '--hopper', '1', '--reject', '1');
  const host = await rig.host();
  await host.command('Pem;2');
  await rig.ask({ fault: 'feeder-empty' });
  expect(await host.commands('Rse;f', 'Sis')).toEqual(['0,00 Volts', 'ERR FEEDER']);
  await rig.ask({ load: { cards: 1 } });
  await rig.ask({ fault: 'cover-open' });
  expect(await host.commands('Rse;o', 'Sis')).toEqual(['0,00 Volts', 'ERR COVER OPEN']);
  await rig.ask({ clear: true });
  await rig.ask({ fault: 'ribbon-out' });
  expect(await host.commands('Sis', 'Rrt;count')).toEqual(['OK', '0']);
  await host.command('Db;k;2;', dot);
  expect(await host.command('Se')).toBe('ERR RIBBON ENDED');
  await rig.ask({ load: { ribbon: null } });
  expect(await host.commands('Se', 'Rrt;count')).toEqual(['ERR RIBBON', 'ERR RIB DETECTION']);
  await rig.ask({ load: { ribbon: 'k', count: 1 } });
  expect(await host.commands('Se', 'Si', 'Se', 'Rlr;h')).toEqual(['OK', 'OK', 'ERR HOPPER FULL', 'CARD']);
  expect(await host.commands('Ser', 'Si', 'Ser')).toEqual(['OK', 'OK', 'ERR REJECT FULL']);
  await rig.ask({ empty: 'reject' });
  await rig.ask({ empty: 'hopper' });
  await host.command('Db;k;2;', dot);
  expect(await host.commands('Se', 'Ser')).toEqual(['ERR RIBBON ENDED', 'OK']);
  await rig.ask({ fault: 'wrong-ribbon' });
  expect(await host.command('Rrt;qty')).toBe('ERR RIB DETECTION');
  expect((await rig.inspect())['counters']).toMatchObject({ fed: 3, good: 1, rejected: 2 });
});

test.each([
  ['feed', 'Sis'],
  ['contact', 'Sis'],
  ['stripe', 'Smw'],
  ['print', 'Se'],
  ['flip', 'Sv'],
  ['eject', 'Se'],
])('a jam at %s stands until a person clears it, and the card is not lost', async (at, failing) => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await host.commands('Pem;2', 'Dm;2;12');
  await rig.ask({ fault: 'jam', at });
  const replies: string[] = [];
  for (const command of ['Sis', 'Smw']) replies.push(`${command} ${await host.command(command)}`);
  await host.command('Db;k;2;', dot);
  if (at === 'flip') replies.push(`Sv ${await host.command('Sv')}`);
  else replies.push(`Se ${await host.command('Se')}`);
  expect(replies.find((reply) => !reply.endsWith('OK'))).toBe(`${failing} ERR MECHANICAL`);
  expect(await host.commands('Ser', 'Rlr;p')).toEqual(['ERR MECHANICAL', 'CARD']);
  expect(await rig.inspect()).toMatchObject({ jammed: at, balanced: true, counters: { fed: 1 } });
  await rig.ask({ clear: true });
  expect(await host.commands('Ser', 'Rlr;p')).toEqual(['OK', 'OK']);
  expect(await rig.inspect()).toMatchObject({ balanced: true, counters: { fed: 1, rejected: 1, good: 0 } });
});

test('a card that a person takes out is counted', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await host.commands('Pem;2', 'Sis');
  expect(await rig.ask({ takeCard: true })).toEqual({ ok: true, card: 'VIRTUAL-0001-000001' });
  expect(await rig.ask({ takeCard: true })).toEqual({ error: 'there is no card inside' });
  expect(await rig.inspect()).toMatchObject({ balanced: true, counters: { fed: 1, taken: 1 }, inside: null });
});

test('with Pem;0 the printer waits for the person and then goes on', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await rig.ask({ fault: 'feeder-empty' });
  host.socket.write(framed('Si'));
  expect(await host.answer(150)).toBe('silence');
  await rig.ask({ load: { cards: 1 } });
  expect(await host.answer()).toBe('OK');
});

test('answers that are silent, late, doubled, cut or garbage', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await rig.ask({ fault: 'silent', on: 'Pem' });
  expect(await host.command('Rsn')).toBe('VIRTUAL-0001');
  host.socket.write(framed('Pem;2'));
  expect(await host.answer(100)).toBe('silence');
  expect(await host.command('Rem')).toBe('2;0');
  await rig.ask({ fault: 'silent', acts: false });
  host.socket.write(framed('Pem;0'));
  expect(await host.answer(100)).toBe('silence');
  expect(await host.command('Rem')).toBe('2;0');
  await rig.ask({ fault: 'late', ms: 150 });
  const began = Date.now();
  expect(await host.command('Rok')).toBe('OK');
  expect(Date.now() - began).toBeGreaterThanOrEqual(145);
  await rig.ask({ fault: 'doubled' });
  expect([await host.command('Rok'), await host.answer()]).toEqual(['OK', 'OK']);
  await rig.ask({ fault: 'cut' });
  host.socket.write(framed('Rok'));
  expect(await host.answer(100)).toBe('silenceO');
  expect(await host.command('Rok')).toBe('OOK');
  await rig.ask({ fault: 'garbage', skip: 1 });
  expect(await host.commands('Rok', 'Rok')).toEqual(['OK', '\u00ff\u0007\u0080\u001b\u00a5\r']);
});

test('stripe faults: misread, wrong character, weak write, LoCo on HiCo', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await host.commands('Pem;2', 'Si', 'Dm;1;AB', 'Dm;2;12', 'Smw');
  await rig.ask({ fault: 'stripe-misread', track: 2 });
  expect(await host.commands('Smr;1', 'Smr;2', 'Smr;2')).toEqual(['AB', 'ERR MAG READ', '12']);
  await rig.ask({ fault: 'stripe-misread', track: 2, as: 'wrong' });
  expect(await host.commands('Smr;2', 'Smr;2')).toEqual(['17', '12']);
  await rig.ask({ fault: 'stripe-write-weak', track: 1 });
  expect(await host.commands('Dm;1;AB', 'Dm;2;34', 'Smw', 'Smr;1', 'Smr;2')).toEqual([
    'OK',
    'OK',
    'OK',
    'ERR MAG READ',
    '34',
  ]);
  expect(await host.commands('Pmc;l', 'Dm;2;34', 'Smw', 'Smr;2')).toEqual(['OK', 'OK', 'OK', 'ERR MAG READ']);
});

test('one client at a time; a client that goes changes nothing, and its whole commands are carried out', async () => {
  rig = await PrinterRig.start(...tcp);
  const first = await rig.host();
  await first.commands('Pem;2', 'Si');
  const second = await rig.host();
  expect(await second.answer()).toBe('closed');
  expect(await first.command('Rlr;p')).toBe('CARD');
  first.socket.write(Buffer.concat([framed('Dm;2;12'), framed('Smw'), framed('Ser').subarray(0, 2)]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  first.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const third = await rig.host();
  expect(await third.commands('Rlr;p', 'Smr;2')).toEqual(['CARD', '12']);
  expect((await rig.inspect())['link']).toEqual({ strayBytes: 0, discardedCommands: 1, refusedClients: 1 });
});

test('the link is lost at a byte, before and after a command', async () => {
  rig = await PrinterRig.start(...tcp);
  const first = await rig.host();
  await first.command('Pem;2');
  await rig.ask({ fault: 'link-lost', atCommand: 2 });
  expect(await first.commands('Rok', 'Si')).toEqual(['OK', 'closed']);
  const second = await rig.host();
  expect(await second.command('Rlr;p')).toBe('OK');
  await rig.ask({ fault: 'link-lost', atCommand: 1, when: 'after' });
  expect(await second.command('Si')).toBe('closed');
  const third = await rig.host();
  expect(await third.command('Rlr;p')).toBe('CARD');
  await rig.ask({ fault: 'link-lost', atByte: 1000, ms: 800 });
  expect(await third.command('Db;k;2;', dot)).toBe('closed');
  await expect(rig.host()).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(await (await rig.host()).command('Rlr;p')).toBe('CARD');
  expect(await rig.inspect()).toMatchObject({ memory: null, link: { discardedCommands: 1, strayBytes: 0 } });
});

test('an unfinished command is forgotten after a pause', async () => {
  rig = await PrinterRig.start(...tcp, '--command-timeout', '60');
  const host = await rig.host();
  host.socket.write(framed('Dbc;k;2;5000;', new Uint8Array(100)));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await host.command('Rok')).toBe('OK');
});

test('power off and on: the memory is lost, the card stays, the same address answers', async () => {
  rig = await PrinterRig.start(...tcp);
  const host = await rig.host();
  await host.commands('Pem;2', 'Sis', 'Ss');
  await host.command('Db;k;2;', dot);
  await rig.ask({ fault: 'power-off' });
  expect(await host.answer()).toBe('closed');
  await expect(rig.host()).rejects.toThrow();
  await rig.ask({ fault: 'power-on' });
  const again = await rig.host();
  expect(await again.commands('Rlr;p', 'Rem')).toEqual(['SMART CARD', '0;0']);
  expect(await rig.inspect()).toMatchObject({ memory: null, inside: { position: 'contact', front: '' } });
});

test('a killed printer started again stands where it was', async () => {
  rig = await PrinterRig.start(...tcp, '--state', '{}/state', '--pictures', '{}/p');
  const host = await rig.host();
  await host.commands('Pem;2', 'Sis', 'Dm;2;12', 'Smw', 'Ss');
  await host.command('Db;k;2;', dot);
  await host.command('Db;k;2;', dot);
  const before = await rig.inspect();
  await rig.kill();
  await rig.launch();
  const after = await rig.inspect();
  for (const key of ['feeder', 'ribbon', 'inside', 'counters', 'jammed', 'balanced'])
    expect(after[key]).toEqual(before[key]);
  expect([before['memory'], after['memory']]).toEqual([{ side: 'front', panel: 'k' }, null]);
  const again = await rig.host();
  expect(await again.commands('Pem;2', 'Smr;2', 'Se')).toEqual(['OK', '12', 'OK']);
  await rig.kill();
  await rig.launch();
  expect(await rig.inspect()).toMatchObject({ inside: null, balanced: true, counters: { fed: 1, good: 1 }, feeder: 4 });
});

test('orders that are not understood change nothing', async () => {
  rig = await PrinterRig.start(...tcp);
  for (const [request, error] of [
    [{ fault: 'fire' }, 'unknown fault fire'],
    [{ fault: 'jam' }, 'a jam needs "at"'],
    [{ fault: 'jam', at: 'moon' }, 'at has no such value: "moon"'],
    [{ fault: 'silent', track: 1 }, 'silent does not take track'],
    [{ fault: 'link-lost' }, 'link-lost needs one of "atByte" and "atCommand"'],
    [{ load: { cards: -1 } }, 'cards is a count'],
    [{ load: { ribbon: 'xyz', count: 1 } }, 'no such ribbon: xyz'],
    [{ dance: true }, 'unknown request dance'],
  ] as const)
    expect(await rig.ask(request)).toEqual({ error });
  expect(await rig.inspect()).toMatchObject({ faults: [], feeder: 5, ribbon: { code: 'k', remaining: 3 } });
});

test('a serial printer that was killed and started again, and one that falls mute', async () => {
  rig = await PrinterRig.start('--pty', '{}/tty', '--state', '{}/state');
  await rig.kill();
  await rig.launch();
  // Longer than the old socat lives on: it must not take the new link away.
  await new Promise((resolve) => setTimeout(resolve, 900));
  const port = await open(join(rig.folder, 'tty'), constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const ask = async (command: string, milliseconds: number): Promise<string> => {
    await port.write(framed(command));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const { bytesRead, buffer } = await port.read(Buffer.alloc(64), 0, 64).catch(() => ({ bytesRead: 0, buffer: '' }));
    return buffer.toString().slice(0, bytesRead);
  };
  expect(await ask('Rok', 100)).toBe('OK\0');
  await rig.ask({ fault: 'link-lost', atCommand: 1, ms: 1000 });
  expect(await ask('Rok', 50)).toBe('');
  expect(await ask('Rok', 50)).toBe('');
  await new Promise((resolve) => setTimeout(resolve, 1300));
  expect(await ask('Rok', 100)).toBe('OK\0');
  await port.close();
});

test('the contact head is told again when its connection comes back, and its absence does not stop a card', async () => {
  const told: unknown[] = [];
  const listen = (port: number): ReturnType<typeof startControlServer> =>
    startControlServer('127.0.0.1', port, (request) => {
      told.push(request);
      return { ok: true };
    });
  const first = await listen(0);
  rig = await PrinterRig.start(...tcp, '--contacts', first.address);
  const host = await rig.host();
  await host.commands('Pem;2', 'Sis');
  await first.close();
  const second = await listen(Number(first.address.split(':')[1]));
  await expect.poll(() => told.length).toBe(3);
  expect(await host.command('Ser')).toBe('OK');
  const closed = { contacts: 'closed', card: 'VIRTUAL-0001-000001' };
  expect(told).toEqual([{ contacts: 'open' }, closed, closed, { contacts: 'open' }]);
  expect((await rig.inspect())['contacts']).toEqual({ contacts: 'open', confirmed: true });
  await second.close();
});
