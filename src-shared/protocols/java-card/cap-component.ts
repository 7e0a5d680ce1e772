import { StationFault } from '../../faults/station-fault.ts';

/** Tags of the components. Java Card VM 2.2.2 and 3.0.5, §6.1, table 6-1 (table 6-2 in 3.0.5). */
export const componentTag = {
  Header: 1,
  Directory: 2,
  Applet: 3,
  Import: 4,
  ConstantPool: 5,
  Class: 6,
  Method: 7,
  StaticField: 8,
  ReferenceLocation: 9,
  Export: 10,
  Descriptor: 11,
  Debug: 12,
} as const;

/** A component's name in the words of the standard. */
export type ComponentName = keyof typeof componentTag;

/** Components in the order of their tags, which is the order of sizes in the Directory component. */
export const componentNames = Object.keys(componentTag) as readonly ComponentName[];

/** One component: its tag and its content without tag and size. §6.1. */
export interface CapComponent {
  readonly tag: number;
  readonly info: Uint8Array;
}

/** A file that cannot be loaded, and why: CAP-COMPONENT. */
export function damaged(component: string, reason: string): never {
  throw new StationFault('CAP-COMPONENT', { component, reason });
}

/** Names a component for people: by its standard name, or its tag. */
export function nameOfComponent(tag: number): string {
  return componentNames.find((name) => componentTag[name] === tag) ?? `tag ${tag}`;
}

/** Reads the fields of one component in turn; every byte must belong to one. All numbers are big-endian. §6. */
export class ComponentReader {
  readonly #component: string;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(component: string, bytes: Uint8Array) {
    this.#component = component;
    this.#bytes = bytes;
  }

  u1(): number {
    return this.bytes(1)[0] ?? 0;
  }

  u2(): number {
    const [high = 0, low = 0] = this.bytes(2);
    return high * 256 + low;
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) return damaged(this.#component, 'it is cut off');
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  /** An AID with its length before it, 5 to 16 bytes. ISO/IEC 7816-5:2004 §8.2. */
  aid(): Uint8Array {
    const length = this.u1();
    if (length < 5 || length > 16) return damaged(this.#component, `an AID of ${length} bytes`);
    return this.bytes(length);
  }

  /** So many structures one after the other. */
  each<Item>(count: number, read: () => Item): Item[] {
    return Array.from({ length: count }, read);
  }

  /** Nothing may follow. */
  end(): void {
    const more = this.#bytes.length - this.#at;
    if (more > 0) damaged(this.#component, `${more} bytes follow its last field`);
  }
}

/**
 * Splits components that stand one after the other, each with tag and size: the plain form of a CAP file (.ijc), and what a card is sent.
 * CAP-COMPONENT when the last is cut off, or one is there twice. §6.1.
 */
export function splitComponents(bytes: Uint8Array): CapComponent[] {
  const components: CapComponent[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [tag = 0, high, low] = bytes.subarray(at, at + 3);
    const name = nameOfComponent(tag);
    if (high === undefined || low === undefined) return damaged(name, 'it is cut off');
    const end = at + 3 + high * 256 + low;
    if (end > bytes.length) return damaged(name, 'it is cut off');
    if (components.some((other) => other.tag === tag)) return damaged(name, 'it is there twice');
    components.push({ tag, info: bytes.slice(at + 3, end) });
    at = end;
  }
  return components;
}
