/** A component of a CAP file: tag, length of two bytes, content. Java Card VM 3.0.5 §6.1. */
function component(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(3);
  head[0] = tag;
  head.writeUInt16BE(content.length, 1);
  return Buffer.concat([head, content]);
}

const counted = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);

/**
 * The smallest load file of one package with one applet, in the order in which components are loaded: Header, Directory, Import, Applet, Class,
 * Method, StaticField, ConstantPool, ReferenceLocation. `extra` bytes of method make it longer. Java Card VM 3.0.5 §6.2.
 */
export function loadFile(packageAid: Buffer, appletAid: Buffer, extra: number): Buffer {
  const header = component(1, Buffer.from('DECAFFED', 'hex'), Buffer.from([1, 2, 0x04, 0, 1]), counted(packageAid));
  const imports = component(4, Buffer.of(0));
  const applet = component(3, Buffer.of(1), counted(appletAid), Buffer.from([0, 1]));
  const classes = component(6);
  const method = component(7, Buffer.of(0), Buffer.alloc(8 + extra, 0x7a));
  const statics = component(8, Buffer.alloc(10));
  const pool = component(5, Buffer.alloc(2));
  const locations = component(9, Buffer.alloc(4));
  const sizes = [header, null, applet, imports, pool, classes, method, statics, locations, null, null];
  const lengths = Buffer.alloc(22);
  sizes.forEach((each, at) => lengths.writeUInt16BE(each === null ? 0 : each.length - 3, at * 2));
  // Directory: sizes of eleven components, static field size of three words, counts of imports, applets and custom components.
  lengths.writeUInt16BE(31, 2);
  const directory = component(2, lengths, Buffer.alloc(6), Buffer.from([0, 1, 0]));
  return Buffer.concat([header, directory, imports, applet, classes, method, statics, pool, locations]);
}
