import { byte } from './hand-written-host.ts';

/** What a package of the tests is made of; AIDs in hexadecimal. */
export interface TrainingPackage {
  readonly aid: string;
  readonly applets: readonly string[];
  /** Bytes of the method component, which nothing runs. */
  readonly code?: number;
  readonly imports?: readonly string[];
}

/** Writes a load file data block: the components of a package one after another. Java Card VM Specification 2.2.2 chapter 6. */
export function loadFileBlock(made: TrainingPackage): string {
  const { aid, applets, imports = ['A0000000620001', 'A0000000620101'] } = made;
  const named = (each: string): string => byte(each.length / 2) + each;
  const header = `DECAFFED0102040001${named(aid)}`;
  const imported = byte(imports.length) + imports.map((each) => `0001${named(each)}`).join('');
  const applet = byte(applets.length) + applets.map((each) => `${named(each)}0010`).join('');
  const rest: readonly (readonly [number, string])[] = [
    [6, '00'.repeat(12)],
    [7, 'C0'.repeat(made.code ?? 64)],
    [8, '00'.repeat(10)],
    [5, '0000'],
    [9, '00000000'],
  ];
  const parts: readonly (readonly [number, string])[] = [
    [1, header],
    [4, imported],
    ...(applets.length === 0 ? [] : [[3, applet] as const]),
    ...rest,
  ];
  const length = (tag: number): number => (parts.find(([each]) => each === tag)?.[1].length ?? 0) / 2;
  const tail = `000000000000${byte(imports.length)}${byte(applets.length)}00`;
  const directoryLength = 22 + tail.length / 2;
  const sizes = Array.from({ length: 11 }, (_, at) => word(at === 1 ? directoryLength : length(at + 1))).join('');
  const component = ([tag, info]: readonly [number, string]): string => byte(tag) + word(info.length / 2) + info;
  const [first, ...others] = parts;
  return [...(first === undefined ? [] : [first]), [2, sizes + tail] as const, ...others].map(component).join('');
}

/** One object with the shortest length. */
export function tlv(tag: string, value: string): string {
  const length = value.length / 2;
  const field = length < 0x80 ? byte(length) : length < 0x100 ? `81${byte(length)}` : `82${word(length)}`;
  return tag + field + value;
}

/** The fields of INSTALL, each after its length. */
export function fields(...values: readonly string[]): string {
  return values.map((value) => tlv('', value)).join('');
}

function word(value: number): string {
  return byte(value >> 8) + byte(value & 255);
}
