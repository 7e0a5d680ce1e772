import type { AppletRequestSigned } from '#shared/journal-format/events/applet-events.ts';
import type { StatementField } from '../approvals/port.ts';

/** What people read before they sign a request about applet packages. */
export function requestStatement(request: AppletRequestSigned): readonly StatementField[] {
  switch (request.kind) {
    case 'provider':
      return [
        { label: 'Provider', value: `${request.title} (${request.provider})` },
        { label: 'Key', value: request.algorithm },
        { label: 'Fingerprint of the key (SHA-256)', value: request.fingerprint.toUpperCase() },
        { label: 'For', value: request.environment === 'live' ? 'live cards' : 'test cards' },
      ];
    case 'package':
      return [
        { label: 'Hash of the file (SHA-256)', value: request.hash.toUpperCase() },
        { label: 'Package', value: request.aid.toUpperCase() },
        { label: 'Version', value: request.version },
        { label: 'Name in the file', value: request.name ?? 'none' },
        { label: 'Provider', value: request.provider },
        { label: 'Signature of the provider', value: 'right' },
        {
          label: 'Applets',
          value:
            request.applets.length === 0
              ? 'none, a library'
              : request.applets.map((aid) => aid.toUpperCase()).join(', '),
        },
        { label: 'Size', value: `${request.bytes} bytes, ${request.loadFileBytes} of them loaded` },
        ...request.dap.map(({ securityDomain }) => ({
          label: 'Signed for the security domain',
          value: securityDomain.toUpperCase(),
        })),
        { label: 'For', value: request.environment === 'live' ? 'live cards' : 'test cards' },
      ];
    case 'withdrawal':
      return [
        request.of === 'package'
          ? { label: 'Package (SHA-256)', value: request.name.toUpperCase() }
          : { label: 'Provider', value: request.name },
        {
          label: 'Effect',
          value:
            request.of === 'package'
              ? 'no card is loaded with it any more'
              : 'no card is loaded with any of its packages any more',
        },
        { label: 'Reason', value: request.reason },
      ];
  }
}
