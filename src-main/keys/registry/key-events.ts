import type { WayIn } from '#shared/domain/key-usage.ts';
import type { KeyRequestSigned } from '#shared/journal-format/events/key-events.ts';
import type { NewEvent } from '../../journal/port.ts';
import type { CeremonyEnd } from '../../journal/projections/ceremonies.ts';
import type { KeyRequestRow } from '../../journal/projections/key-acts.ts';
import type { KeyIdentity } from '../port.ts';
import { keyOf } from './key-requests.ts';

/** A request after which there is a key that was not there before. */
export type MakingRequest = Extract<KeyRequestSigned, { readonly key: object }>;

const ways: Readonly<Record<MakingRequest['kind'], WayIn>> = {
  generation: 'generated',
  'key-block': 'key-block',
  ceremony: 'components',
};

/** The key of a request is in the key store. */
export function madeEvent({ approval, asker, request }: KeyRequestRow, identity: KeyIdentity): NewEvent {
  const { name, usage, algorithm, kcv, environment, issuer, version, kcvMethod, size, exponent } = identity;
  const wayIn = 'key' in request ? ways[request.kind] : null;
  return {
    kind: 'key.made',
    actor: { kind: 'person', person: asker },
    issuer,
    subjects: { key: name, approval },
    payload: {
      name,
      usage,
      algorithm,
      kcv,
      environment,
      version,
      kcvMethod,
      approval,
      ...(size === undefined ? {} : { size }),
      ...(exponent === undefined ? {} : { exponent }),
      ...(wayIn === null ? {} : { wayIn }),
      validUntil: 'key' in request ? request.validUntil : null,
    },
  };
}

/** A ceremony is over, and nothing of it is in any memory. */
export function endedEvent(
  { approval, request }: Pick<KeyRequestRow, 'approval' | 'request'>,
  result: CeremonyEnd,
  reason: string,
  person?: string,
): NewEvent {
  const ceremony = request.kind === 'ceremony' ? request.ceremony : '';
  const { name, issuer } = keyOf(request);
  return {
    kind: 'key.ceremony-ended',
    actor: person === undefined ? { kind: 'station' } : { kind: 'person', person },
    issuer,
    subjects: { ceremony, key: name, approval },
    payload: { ceremony, result, reason },
  };
}
