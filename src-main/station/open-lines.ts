import { DeviceCatalogue } from '../devices/device-catalogue.ts';
import type { ReaderConfiguration } from '../devices/device-configuration.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { LineConfiguration } from '../production/production-service.ts';
import type { ConfiguredLine } from './configuration.ts';
import { devicesOf, linkText } from './machines.ts';

function readerConfiguration({ serial, link, side }: NonNullable<ConfiguredLine['reader']>): ReaderConfiguration {
  return link.kind === 'pcsc'
    ? { driver: 'pcsc', serial, name: link.name, side }
    : { driver: 'socket', serial, name: serial, host: link.host, port: link.port, side };
}

/** The enrolled lines with their drivers; a line with a device that is not enrolled stays closed. */
export function openLines(
  lines: readonly ConfiguredLine[],
  enrolment: Enrolment,
): { readonly lines: readonly LineConfiguration[]; close(): Promise<void> } {
  const catalogue = new DeviceCatalogue();
  const enrolled = lines.filter((line) => devicesOf([line]).every((device) => enrolment.isEnrolled(device) === 'yes'));
  return {
    lines: enrolled.map(({ line, title, printer, reader }) => ({
      line,
      title,
      printer: catalogue.printer({ driver: printer.driver, link: printer.link }),
      printerSerial: printer.serial,
      reader: reader === null ? null : catalogue.reader(readerConfiguration(reader)),
      link: linkText(printer.link),
    })),
    close: () => catalogue.close(),
  };
}
