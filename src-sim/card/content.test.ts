import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { byte, HandWrittenHost } from './hand-written-host.ts';
import { newChip } from './new-chip.ts';
import type { ChipMake } from './new-chip.ts';
import { personalise, trainingCard } from './training-card.ts';
import { fields, loadFileBlock, tlv } from './training-package.ts';

const key = '404142434445464748494A4B4C4D4E4F';
const isd = 'A000000151000000';
const domainFile = 'A0000001515350';
const domainModule = 'A000000151535041';
const ssd = 'F0435752495353440001';
const packageAid = 'F04357524900';
const appletAid = 'F0435752490001';
const block = loadFileBlock({ aid: packageAid, applets: [appletAid] });

const make: ChipMake = {
  seed: 'test',
  cardId: 'EV1-000001',
  keys: { enc: key.toLowerCase(), mac: key.toLowerCase(), dek: key.toLowerCase() },
  keyVersion: 0x30,
  scpParameter: 0x70,
  applicationAid: trainingCard.aid.toLowerCase(),
  iin: '999999',
  cardLifeCycle: 0x0f,
  blank: 'factory',
};

let chip: Chip;
let host: HandWrittenHost;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
const select = (aid: string): string => send(`00A40400${byte(aid.length / 2)}${aid}00`);
const hostOf = (own = key): HandWrittenHost => new HandWrittenHost((command) => Promise.resolve(send(command)), own);

beforeEach(async () => {
  chip = new Chip(newChip(make));
  host = hostOf();
  await host.open(0x33);
});

interface Announced {
  readonly aid?: string;
  readonly domain?: string;
  readonly hash?: string;
  readonly parameters?: string;
}

async function announce({
  aid = packageAid,
  domain = '',
  hash = '',
  parameters = '',
}: Announced = {}): Promise<string> {
  return host.send('80E60200', fields(aid, domain, hash, parameters, ''), '00');
}

/** Sends a load file in blocks; returns the answer to the last one that was taken, or the first refusal. */
async function load(file: string, size = 200): Promise<string> {
  let answer = '';
  for (let at = 0, number = 0; at < file.length; at += size * 2, number++) {
    const last = at + size * 2 >= file.length;
    answer = await host.send(`80E8${last ? '80' : '00'}${byte(number & 255)}`, file.slice(at, at + size * 2), '00');
    if (answer !== '009000') return answer;
  }
  return answer;
}

const loaded = async (): Promise<readonly string[]> => [await announce(), await load(tlv('C4', block))];
const install = (file: string, module: string, aid: string, privileges = '00', parameters = 'C900', own = host) =>
  own.send('80E60C00', fields(file, module, aid, privileges, parameters, ''), '00');
const remove = (aid: string, p2 = '00') => host.send(`80E400${p2}`, tlv('4F', aid), '00');
const status = (p1: string, own = host): Promise<string> => own.send(`80F2${p1}02`, '4F00', '00');

describe('a package', () => {
  test('is loaded, its applet installed, selected, personalised and removed; memory is accounted for', async () => {
    const free = async (): Promise<number> => {
      const answer = await host.send('80CAFF21', '', '00');
      return Number.parseInt(answer.slice(16, 24), 16);
    };
    expect(await free()).toBe(65_536);
    expect(await loaded()).toEqual(['009000', '009000']);
    expect(await free()).toBe(65_536 - block.length / 2);
    expect(await status('10')).toBe(
      `${tlv('E3', tlv('4F', domainFile) + '9F700101' + tlv('84', domainModule) + tlv('CC', isd))}` +
        `${tlv('E3', tlv('4F', packageAid) + '9F700101' + 'CE020100' + tlv('84', appletAid) + tlv('CC', isd))}9000`,
    );
    const parameters = 'C900EF04C8020400';
    expect(await install(packageAid, appletAid, `${appletAid}01`, '00', parameters)).toBe('009000');
    expect(await free()).toBe(65_536 - block.length / 2 - 1024);
    expect(await status('40')).toBe(
      `${tlv('E3', tlv('4F', `${appletAid}01`) + '9F700107C503000000' + tlv('C4', packageAid) + tlv('CC', isd))}9000`,
    );
    expect(await remove(packageAid)).toBe('6985');
    expect(select(`${appletAid}01`)).toBe(`${tlv('6F', tlv('84', `${appletAid}01`) + 'A500')}9000`);
    select(isd);
    await host.open(0x33);
    expect(await remove(packageAid, '80')).toBe('009000');
    expect([await status('40'), await free()]).toEqual(['6A88', 65_536]);
    expect(select(`${appletAid}01`)).toBe('6A82');
  });

  test('whose applet has the AID of a built-in module behaves as that module', async () => {
    const own = 'F04357524947485400';
    const module = 'F0435752494748540001';
    expect(await announce({ aid: own })).toBe('009000');
    expect(await load(tlv('C4', loadFileBlock({ aid: own, applets: [module] })))).toBe('009000');
    expect(await install(own, module, trainingCard.aid)).toBe('009000');
    select(trainingCard.aid);
    await host.open(0x33);
    expect(await personalise(host)).toEqual(['9000', '9000', '9000']);
    select(trainingCard.aid);
    expect(send('80A80000048302082600')).toBe(`770E${trainingCard.options}9000`);
  });

  test('is refused where a block, a component, a hash, an AID or the memory is wrong', async () => {
    const again = async (file: string, announced: Announced = {}): Promise<string> => {
      expect(await announce(announced)).toBe('009000');
      return load(file);
    };
    const sha256 = createHash('sha256').update(Buffer.from(block, 'hex')).digest('hex').toUpperCase();
    expect(await load(tlv('C4', block))).toBe('6985');
    expect(await announce()).toBe('009000');
    expect(await host.send('80E80001', block.slice(0, 40), '00')).toBe('6A86');
    expect(await host.send('80E80000', block.slice(0, 40), '00')).toBe('6985');
    expect(await again(tlv('C4', block.replace('DECAFFED', 'DECAFFEE')))).toBe('6A80');
    expect(await again(tlv('C4', block.slice(0, -2)))).toBe('6A80');
    expect(await again(tlv('C4', `${block}0B0000`).slice(0, -2))).toBe('6A80');
    expect(await again(tlv('C4', block.slice(-14) + block.slice(0, -14)))).toBe('6A80');
    expect(await again(tlv('C5', block))).toBe('6A80');
    expect(await again(tlv('C4', loadFileBlock({ aid: packageAid, applets: [], imports: ['F04357524999'] })))).toBe(
      '6A80',
    );
    expect(await again(tlv('C4', block), { aid: `${packageAid}01` })).toBe('6A80');
    expect(await again(tlv('C4', block), { hash: sha256.replace(/^../, '00') })).toBe('6A80');
    expect(await announce({ hash: '00' })).toBe('6A80');
    expect(await announce({ parameters: 'EF06C60400FFFFFF' })).toBe('6A84');
    expect(await announce({ domain: 'F0435752490099' })).toBe('6A88');
    expect(await host.send('80E60200', fields(packageAid, '', '', '', 'AABB'), '00')).toBe('6982');
    const large = loadFileBlock({ aid: packageAid, applets: [], code: 65_500 });
    chip = new Chip(newChip({ ...make, memory: 1000 }));
    await host.open(0x01);
    expect(await again(tlv('C4', large))).toBe('6A84');
    expect(await again(tlv('C4', block), { hash: sha256 })).toBe('009000');
    expect(await announce()).toBe('6985');
    expect(await install(packageAid, appletAid, appletAid, '00', 'C900EF04C8020400')).toBe('6A84');
  });
});

describe('an application', () => {
  beforeEach(async () => {
    await loaded();
  });

  test('is installed, then made selectable; locked and unlocked; its privileges are updated', async () => {
    const aid = `${appletAid}02`;
    expect(await host.send('80E60400', fields(packageAid, appletAid, aid, '00', 'C900', ''), '00')).toBe('009000');
    expect(chip.state.applications[0]?.lifeCycle).toBe(0x03);
    expect(await host.send('80E60800', fields('', '', aid, '', '', ''), '00')).toBe('009000');
    expect(await host.send('80E60800', fields('', '', aid, '', '', ''), '00')).toBe('6985');
    expect(await host.send('80F04080', aid)).toBe('9000');
    expect(chip.state.applications[0]?.lifeCycle).toBe(0x87);
    expect(await host.send('80F04080', aid)).toBe('6985');
    expect(await host.send('80F04000', aid)).toBe('9000');
    expect(await host.send('80E64000', fields('', '', aid, '040000', '', ''), '00')).toBe('009000');
    expect(await host.send('80E64000', fields('', '', aid, '800000', '', ''), '00')).toBe('6A80');
    expect(await install(packageAid, appletAid, `${appletAid}03`, '04')).toBe('6985');
    // Card Reset: selected by itself after a reset.
    chip.reset();
    expect(send('80CA9F7F00')).toBe('6D00');
    expect(await host.send('00B2010C', '', '00')).not.toBe('9000');
  });

  test.each([
    ['an unknown module', packageAid, `${appletAid}77`, appletAid, '00', 'C900', '6A88'],
    ['an unknown file', 'F0435752490055', appletAid, appletAid, '00', 'C900', '6A88'],
    ['parameters without C9', packageAid, appletAid, appletAid, '00', '', '6A80'],
    ['two bytes of privileges', packageAid, appletAid, appletAid, '0000', 'C900', '6A80'],
    ['Authorized Management without being a domain', packageAid, appletAid, appletAid, '004000', 'C900', '6A80'],
    ['the AID of a load file', packageAid, appletAid, packageAid, '00', 'C900', '6985'],
  ])('is refused for %s', async (_, file, module, aid, privileges, parameters, sw) => {
    expect(await install(file, module, aid, privileges, parameters)).toBe(sw);
  });

  test('GET STATUS continues where the answer is full, keeps to the tags asked for and to the begin of an AID', async () => {
    for (let at = 0; at < 9; at++) await install(packageAid, appletAid, `${appletAid}${byte(at)}`);
    const entry = (at: number): string =>
      tlv('E3', tlv('4F', `${appletAid}${byte(at)}`) + '9F700107C503000000' + tlv('C4', packageAid) + tlv('CC', isd));
    const each = Array.from({ length: 9 }, (_, at) => entry(at));
    expect(await host.send('80F24002', '4F00', '00')).toBe(`${each.slice(0, 5).join('')}6310`);
    expect(await host.send('80F24003', '4F00', '00')).toBe(`${each.slice(5).join('')}9000`);
    expect(await host.send('80F24003', '4F00', '00')).toBe('6985');
    expect(await host.send('80F24002', '4F005C039F704F', '00')).toBe(
      `${Array.from({ length: 9 }, (_, at) => tlv('E3', tlv('4F', appletAid + byte(at)) + '9F700107')).join('')}9000`,
    );
    expect(await host.send('80F24002', `${tlv('4F', `${appletAid}03`)}5C014F`, '00')).toBe(
      `E30A4F08${appletAid}039000`,
    );
    expect(await host.send('80F24000', tlv('4F', `${appletAid}03`), '00')).toBe(`08${appletAid}0307009000`);
    expect(await host.send('80F21000', tlv('4F', packageAid), '00')).toBe(`06${packageAid}01000107${appletAid}9000`);
    expect(await host.send('80F2C002', '4F00', '00')).toBe('6A86');
  });
});

describe('a supplementary security domain', () => {
  const own = '909192939495969798999A9B9C9D9E9F';
  /** The three AES keys of a version, enciphered under the session in use. */
  const putKeys = (session: HandWrittenHost, value: string, version: string): Promise<string> => {
    const check = aes(value, '01'.repeat(16)).slice(0, 6);
    return session.send('80D80081', version + `8810${session.sensitive(value)}03${check}`.repeat(3), '00');
  };

  beforeEach(async () => {
    expect(await install(domainFile, domainModule, ssd, 'C04000')).toBe('009000');
  });

  test('uses the keys above it until it has its own, then its own only; sees and manages what is its own', async () => {
    expect(select(ssd)).toBe(`${tlv('6F', tlv('84', ssd) + 'A5049F6501FF')}9000`);
    const session = hostOf();
    await session.open(0x33);
    expect(await putKeys(session, own, '01')).toMatch(/^01.{18}9000$/);
    expect(chip.state.domains[1]?.lifeCycle).toBe(0x0f);
    await expect(hostOf().open(0x33)).rejects.toThrow('wrong card cryptogram');
    const mine = hostOf(own);
    expect(await mine.open(0x33)).toBe('9000');
    expect(await status('40', mine)).toBe(
      `${tlv('E3', tlv('4F', ssd) + '9F70010FC503C04000' + tlv('C4', domainFile) + tlv('CC', isd))}9000`,
    );
    expect(await status('20', mine)).toBe('6A88');
    expect(await mine.send('80CA00E0', '', '00')).toBe('E012C00401018810C00402018810C004030188109000');
    expect(await mine.send('80CA9F7F', '', '00')).toBe('6A88');
    // A domain's own IIN, as TLV and in grouping 0070; the issuer's stays.
    expect(await mine.send('80E29000', '4203123456')).toBe('9000');
    expect(await mine.send('80E28800', `007005${'4503AABBCC'}`)).toBe('9000');
    expect(await mine.send('80E29000', '9F7F0101')).toBe('6A88');
    expect([await mine.send('80CA0042', '', '00'), await mine.send('80CA0045', '', '00')]).toEqual([
      '42031234569000',
      '4503AABBCC9000',
    ]);
    expect(await mine.send('80F080FF')).toBe('6985');
    expect(await mine.send('80F0807F')).toBe('6985');
    expect(await mine.send('80E40000', tlv('4F', domainFile), '00')).toBe('6985');
    expect(await mine.send('80E29000', '9F66080102030405060708')).toBe('6A80');
    select(isd);
    expect(send('80CA004200')).toBe('42039999999000');
    // Personaliser and pre-personaliser in the production data are the issuer's to write.
    await host.open(0x01);
    expect(await host.send('80E29000', '9F660801020304050607089F67081112131415161718')).toBe('9000');
    expect(await host.send('80E29000', '9F6603010203')).toBe('6A80');
    expect((await host.send('80CA9F7F', '', '00')).slice(-36)).toBe('111213141516171801020304050607089000');
  });

  test('gets keys through the issuer too; keys are deleted by version, never the last set nor the one in use', async () => {
    expect(await host.send('80E62000', fields('', '', ssd, '', '', ''), '00')).toBe('009000');
    expect(await putKeys(host, own, '02')).toMatch(/^02/);
    expect(chip.state.domains[1]?.keySets.map(({ version }) => version)).toEqual([2]);
    select(isd);
    await host.open(0x33);
    expect(await putKeys(host, own, '31')).toMatch(/^31/);
    expect(chip.state.domains[0]?.keySets.map(({ version }) => version)).toEqual([0x31]);
    const mine = hostOf(own);
    await mine.open(0x33);
    expect(await mine.send('80E40000', 'D20131', '00')).toBe('6985');
    expect(await putKeys(mine, key, '32')).toMatch(/^32/);
    expect(await mine.send('80E40000', 'D20131', '00')).toBe('6985');
    expect(await mine.send('80E40000', 'D20133', '00')).toBe('6A88');
    await host.open(0x33);
    expect(await host.send('80E40000', 'D20131', '00')).toBe('009000');
    expect(await host.send('80CA00E0', '', '00')).toBe('E012C00401328810C00402328810C004033288109000');
  });

  test('takes an application over, is locked with it, and goes only when nothing is left in it', async () => {
    await loaded();
    await install(packageAid, appletAid, appletAid);
    expect(await host.send('80E61000', fields(ssd, '', appletAid, '', '', ''), '00')).toBe('009000');
    expect(await status('40')).toContain(tlv('CC', ssd));
    expect(await host.send('80E61000', fields(ssd, '', ssd, '', '', ''), '00')).toBe('6985');
    expect(await host.send('80F06080', ssd)).toBe('9000');
    expect([select(ssd), select(appletAid)]).toEqual(['6A82', '6A82']);
    expect(await host.send('80F06000', ssd)).toBe('9000');
    expect(select(appletAid)).toMatch(/9000$/);
    select(isd);
    await host.open(0x01);
    expect(await remove(ssd)).toBe('6985');
    expect(await remove(appletAid)).toBe('009000');
    expect(await remove(ssd)).toBe('009000');
    expect(await remove(isd)).toBe('6985');
  });

  test('without Authorized Management manages nothing, and delegated management finds no token verified', async () => {
    const delegated = `${ssd}22`;
    expect(await install(domainFile, domainModule, delegated, 'A00000')).toBe('009000');
    expect(await install(domainFile, domainModule, `${ssd}33`, 'A04000')).toBe('6A80');
    select(delegated);
    await host.open(0x33);
    expect(await announce()).toBe('6985');
    expect(await remove(appletAid)).toBe('6985');
  });
});

/** One block under an AES-128 key, by the openssl command line. */
function aes(value: string, data: string): string {
  const words = ['enc', '-aes-128-ecb', '-nopad', '-K', value];
  return execFileSync('openssl', words, { input: Buffer.from(data, 'hex') })
    .toString('hex')
    .toUpperCase();
}
