import type { CardCommand } from './card-command.ts';
import { FieldReader } from './field-reader.ts';
import { findTlv, readTlvs } from './card-tlv.ts';
import type { CardTlv } from './card-tlv.ts';
import { StatusError } from './status-word.ts';

/** The six fields of INSTALL as they follow each other; what each means depends on P1. GPC_SPE_034 v2.3.1 §11.5.2.3. */
export interface InstallFields {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly third: Uint8Array;
  readonly privileges: Uint8Array;
  readonly parameters: Uint8Array;
  readonly token: Uint8Array;
}

/** Reads six fields, each after its length. Throws 6A80 where they do not fill the data. */
export function installFields(command: CardCommand): InstallFields {
  const reader = new FieldReader(command.data);
  const fields = {
    first: reader.field(),
    second: reader.field(),
    third: reader.field(),
    privileges: reader.field(),
    parameters: reader.field(),
    token: reader.field(),
  };
  if (!reader.isAtEnd) throw new StatusError('wrongData');
  return fields;
}

/** The same for [for load], which has no privileges: file, domain, hash, parameters, token. GPC_SPE_034 v2.3.1 Table 11-45. */
export function loadFields(command: CardCommand): Omit<InstallFields, 'privileges'> {
  const reader = new FieldReader(command.data);
  const fields = {
    first: reader.field(),
    second: reader.field(),
    third: reader.field(),
    parameters: reader.field(),
    token: reader.field(),
  };
  if (!reader.isAtEnd) throw new StatusError('wrongData');
  return fields;
}

/** The objects of the parameters field. Throws 6A80 where it is no TLV. */
export function parameterObjects(parameters: Uint8Array): readonly CardTlv[] {
  const objects = readTlvs(parameters);
  if (objects === undefined) throw new StatusError('wrongData');
  return objects;
}

/** Bytes of memory that the system parameters EF ask for: code (C6) and data that keep (C8); undefined where they say nothing. GPC_SPE_034 v2.3.1 Table 11-49. */
export function memoryAsked(parameters: Uint8Array): number | undefined {
  const system = parameterObjects(parameters).find(({ tag }) => tag === 0xef)?.value ?? new Uint8Array();
  const asked = [0xc6, 0xc8].flatMap((tag) => findTlv(system, tag) ?? []).map(({ value }) => numberOf(value));
  return asked.length === 0 ? undefined : asked.reduce((sum, each) => sum + each, 0);
}

function numberOf(value: Uint8Array): number {
  if (value.length !== 2 && value.length !== 4) throw new StatusError('wrongData');
  return value.reduce((sum, byte) => sum * 256 + byte, 0);
}
