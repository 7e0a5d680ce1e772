import type { KnownDevice } from '../enrolment/enrolment.ts';
import type { ConfiguredLine } from './configuration.ts';

/** How a link is called on screens. */
export function linkText(
  link: ConfiguredLine['printer']['link'] | NonNullable<ConfiguredLine['reader']>['link'],
): string {
  switch (link.kind) {
    case 'tcp':
      return `network ${link.host}:${link.port}`;
    case 'serial':
      return `serial line ${link.path} at ${link.baud} baud`;
    case 'pcsc':
      return `PC/SC reader ${link.name}`;
    case 'socket':
      return `built-in virtual reader ${link.host}:${link.port}`;
  }
}

/** The devices of the configured lines, as enrolment knows them. */
export function devicesOf(lines: readonly ConfiguredLine[]): readonly KnownDevice[] {
  return lines.flatMap((line): KnownDevice[] => {
    const { printer, reader } = line;
    const own: KnownDevice = {
      device: `${line.line}-printer`,
      kind: 'printer',
      serial: printer.serial,
      model: printer.model,
      link: linkText(printer.link),
      environment: printer.environment,
    };
    if (reader === null) return [own];
    return [
      own,
      {
        device: `${line.line}-reader`,
        kind: 'reader',
        serial: reader.serial,
        model: reader.model,
        link: linkText(reader.link),
        environment: reader.environment,
      },
    ];
  });
}
