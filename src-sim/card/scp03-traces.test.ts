import { beforeEach, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { builtInApplication, recordsModule } from './built-in-content.ts';
import { parseCommand } from './card-command.ts';
import { Chip } from './chip.ts';
import type { ChipState } from './chip-state.ts';
import { newChip } from './new-chip.ts';
import { Scp03Session } from './scp03-session.ts';

// Published traces of real cards: kaoh/globalplatform, globalplatform/src/scp03Test.c (delete_application, mutual_auth, get_status, send_apdu_rmac_rencryption).

let state: ChipState;
let chip: Chip;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();

beforeEach(() => {
  state = newChip({
    seed: 'test',
    cardId: 'EV1-000001',
    keys: {
      enc: 'f995d0a069335c7df42e590317ffea6d',
      mac: '58563362ec5a4541abcd32b34b1eae7d',
      dek: '0a02a6d687406dcfa09dc70b3edb7e38',
    },
    keyVersion: 0x30,
    scpParameter: 0x70,
    applicationAid: 'f04357524947485401',
    iin: '999999',
    cardLifeCycle: 0x0f,
    blank: 'dual',
  });
  state.cplc = `00000000${state.cplc.slice(8, 24)}000000000000${state.cplc.slice(36)}`;
  chip = new Chip(state);
});

function atSequence(sequence: number): void {
  for (const set of state.domains[0]?.keySets ?? []) set.sequence = sequence;
}

test('the pseudo-random challenge, the cryptograms and a DELETE under C-MAC and encryption', () => {
  atSequence(0x15);
  const old = { ...builtInApplication('a00100015141434c', recordsModule), memory: 10 };
  state.applications = [...state.applications, old];
  expect([
    send('8050000008B2BDE1A2DC66BD5600'),
    send('848203001059D54D932423D29F6313C970875F8C2F'),
    send('84E400801829F06AEC3180B3EFE91FF662310B945DE0D5FE66AD67A5B600'),
  ]).toEqual(['00000000000000000000300370C40932A6FEFEAEB2E127185170F45FCA0000159000', '9000', '009000']);
  expect(state.applications).not.toContain(old);
});

test('another sequence of the same card', () => {
  atSequence(0x1e);
  expect([send('80500000089BD6BF878FB8E99100'), send('848203001023EBFEDC579D22CDCDB6A25A5FF7891F')]).toEqual([
    '000000000000000000003003703C80C2CC87EB3A35E4EDBA35E629C33600001E9000',
    '9000',
  ]);
});

test('GET STATUS of the same card', () => {
  atSequence(0x25);
  expect([
    send('8050000008A6D40AEC55FE798600'),
    send('84820300103D958B36BB38AE5896A559345F81471A'),
    send('84F2400218D18C9A7BB2B1B1C7ED1B24E1B1307CB9D71A66ABC55CBC3A00').slice(0, 24),
  ]).toEqual([
    '00000000000000000000300370B6E362D0F90F8101C34B7B21A74553200000259000',
    '9000',
    'E3294F09F043575249474854',
  ]);
});

test('an application that echoes, with MAC and encryption on its answers', () => {
  const key = fromHex('404142434445464748494A4B4C4D4E4F');
  const session = new Scp03Session({
    keys: { enc: key, mac: key, dek: key },
    keyVersion: 0x00,
    // The card said 70 but did not draw its challenge from the AID that the trace names: here it is given.
    parameter: 0x60,
    sequence: 1,
    hostChallenge: fromHex('2C8130E574247B1B'),
    applicationAid: fromHex('A00000003000020007'),
    diversification: fromHex('00010203040506070809'),
    random: () => fromHex('A5874C57119B976B'),
  });
  expect(toHex(session.updateAnswer).toUpperCase()).toBe('00010203040506070809000360A5874C57119B976BF94879E36F29E039');
  const command = (text: string) => {
    const read = parseCommand(fromHex(text));
    if (read === undefined) throw new Error('no command');
    return read;
  };
  expect(session.prove(command('8482330010A75F1CD48F3B93DFA57E690937921F92'))).toBe('proven');
  const plain = session.plainCommand(
    command(
      '84400000B80422E602DD973125102DDE05875CA115C04D811A40593DB9D9480927CC9A249BD118FB6C674A86BF70D0CD898153A438DAC4CD302B74876D718481FCDB9D39944453BEBD28832300C99FB8035D2DFF3E3CB3F5DAD568330127929207A179226EB5C6C52341A297CB2C8F25E481F1CE6EF6EADD2410E70EB268AF48D29CB20CFCB8448DE83235ADA96A5EEED379C0701924707DA111DBB9039ACF8E19F1CE62AA4EF26D7C871E842ED815245F7F2D9A9A87D9BDA54B188DCB',
    ),
  );
  const said = Buffer.from(plain?.data ?? new Uint8Array()).toString('ascii');
  expect(said).toBe('Hello World'.repeat(15));
  expect(toHex(session.protectedAnswer(plain?.data ?? new Uint8Array(), 0x9000)).toUpperCase()).toBe(
    '20F075017DE9F58A1E3D7567CBE71140AC0EBFA376881449A0665992BB997C6A145AC6BE3B642931C2652F62B85532B45689EB3E37602E6276B72BABE6A0FF00BEB02473EF22792A37F70D17F7715F103528CC6122880FC86AE75E5F085F1B37492FF33DD148162DAFA203D973F3A4579F8B547FACB14034641FC817BBDF119A9EB0F24DED4F9CE3640B46189EE2138B405446FA4F154D4F9600B288299642BEF5A387B71922A0CAD4D77D9596E8F417A6DB42CFE2C1081E',
  );
});
