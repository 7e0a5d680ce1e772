import { expect, test } from 'vitest';
import { contentAids, contentBlock, openContentBench } from './content-bench.fixture.ts';
import type { ContentBench } from './content-bench.fixture.ts';
import { fields, tlv } from './training-package.ts';

const key = '404142434445464748494A4B4C4D4E4F';
const { isd, ssd, applet, package: file, domainModule } = contentAids;

async function benchWithApplet(privileges: string): Promise<ContentBench> {
  const bench = await openContentBench(0x01, { blank: 'factory' });
  expect([await bench.announce(), await bench.load(tlv('C4', contentBlock))]).toEqual(['009000', '009000']);
  expect(await bench.install(applet, applet, privileges)).toBe('009000');
  return bench;
}

test('the card goes from OP_READY to SECURED step by step, to CARD_LOCKED and back, to TERMINATED from everywhere', async () => {
  const { host, chip, send } = await openContentBench(0x01, { blank: 'factory', cardLifeCycle: 0x01 });
  const states = ['01', '0F', '7F', '02', '07', '07', '7F', '0F', '01', '7F', '07', '0F', '7F', 'FF', 'FF'];
  const answers: string[] = [];
  for (const wanted of states) answers.push(await host.send(`80F080${wanted}`));
  const no = '6985';
  expect(answers).toEqual([no, no, no, '6A80', '9000', no, no, '9000', no, '9000', no, '9000', '9000', '9000', no]);
  expect(chip.state.cardLifeCycle).toBe(0xff);
  expect([send('00A4040000'), send('80CA9F7F00').slice(-4), send('8050000008000102030405060700')]).toEqual([
    '6985',
    '9000',
    '6985',
  ]);
});

test('on a locked card nothing is loaded, installed, deleted, stored or given keys; the registry is read, the card unlocked', async () => {
  const { host, select } = await benchWithApplet('00');
  expect(await host.send('80F0807F')).toBe('9000');
  for (const [header, data] of [
    ['80E60200', fields(`${file}01`, '', '', '', '')],
    ['80E60C00', fields(file, applet, `${applet}01`, '00', 'C900', '')],
    ['80E62000', fields('', '', applet, '', '', '')],
    ['80E88000', 'C400'],
    ['80E40080', tlv('4F', file)],
    ['80E29000', '4203123456'],
    ['80D80081', `31${`8810${host.sensitive(key)}00`.repeat(3)}`],
  ] as const) {
    expect(await host.send(header, data, '00')).toBe('6985');
  }
  expect(await host.send('80F24002', '4F00', '00')).toMatch(/9000$/);
  expect(select(applet)).toBe('6A82');
  // GPC_SPE_034 v2.3.1 Table 11-83.
  expect(select(isd)).toMatch(/6283$/);
  await host.open(0x01);
  expect(await host.send('80F0800F')).toBe('9000');
  expect(select(applet)).toMatch(/9000$/);
});

test('a Final Application is selected on a locked card too, and only one application is it', async () => {
  const { host, select, install } = await benchWithApplet('000200');
  expect(await install(applet, `${applet}01`, '000200')).toBe('6985');
  await host.send('80F0807F');
  expect(select(applet)).toMatch(/9000$/);
});

test('a supplementary domain locks, unlocks and ends the card only with the privileges for it', async () => {
  for (const { privileges, answers } of [
    { privileges: '80', answers: ['6985', '6985'] },
    { privileges: '90', answers: ['9000', '6985'] },
    { privileges: '88', answers: ['6985', '9000'] },
  ]) {
    const { install, select, hostOf } = await openContentBench(0x01, { blank: 'factory' });
    expect(await install(domainModule, ssd, privileges)).toBe('009000');
    select(ssd);
    const own = hostOf(key);
    await own.open(0x01);
    expect([await own.send('80F0807F'), await own.send('80F080FF')]).toEqual(answers);
  }
});

test('load, install and make selectable in one process of two INSTALL commands', async () => {
  const { host, load, select } = await openContentBench(0x03, { blank: 'factory-scp02' });
  expect(await host.send('80E60E01', fields(file, '', '', '', ''), '00')).toBe('009000');
  expect(await load(tlv('C4', contentBlock))).toBe('009000');
  expect(await host.send('80E60E03', fields(file, applet, applet, '00', 'C900', ''), '00')).toBe('009000');
  expect(await host.send('80E60E00', fields(file, applet, `${applet}01`, '00', 'C900', ''), '00')).toBe('6A86');
  expect(select(applet)).toMatch(/9000$/);
});
