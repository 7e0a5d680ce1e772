import type { CardReader } from '../devices/encoder/port.ts';
import { PcscReader } from '../devices/encoder/drivers/pcsc/pcsc-reader.ts';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import { openSerialLink } from '../devices/links/serial-link.ts';
import { openTcpLink } from '../devices/links/tcp-link.ts';
import { EvolisPrinter } from '../devices/printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from '../devices/printer/drivers/evolis/panel-packer.ts';
import type { CardPrinter } from '../devices/printer/port.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { LineConfiguration } from '../production/production-service.ts';
import type { ConfiguredLine } from './configuration.ts';
import { devicesOf, linkText } from './machines.ts';

function openPrinter({ link }: ConfiguredLine['printer'], packer: PanelPacker): CardPrinter {
  const place = linkText(link);
  return link.kind === 'tcp'
    ? new EvolisPrinter({ open: (wait) => openTcpLink(link, wait), place, packer })
    : new EvolisPrinter({ open: (wait) => openSerialLink(link, wait), place, packer });
}

function openReader({ serial, link }: NonNullable<ConfiguredLine['reader']>): CardReader {
  return link.kind === 'pcsc'
    ? new PcscReader({ serial, name: link.name })
    : new SocketReader({ serial, name: serial, host: link.host, port: link.port });
}

/** The enrolled lines with their drivers; a line with a device that is not enrolled stays closed. */
export function openLines(
  lines: readonly ConfiguredLine[],
  enrolment: Enrolment,
): { readonly lines: readonly LineConfiguration[]; close(): Promise<void> } {
  const packer = new PanelPacker();
  const enrolled = lines.filter((line) => devicesOf([line]).every((device) => enrolment.isEnrolled(device) === 'yes'));
  return {
    lines: enrolled.map((line) => ({
      line: line.line,
      title: line.title,
      printer: openPrinter(line.printer, packer),
      printerSerial: line.printer.serial,
      reader: line.reader === null ? null : openReader(line.reader),
      link: linkText(line.printer.link),
    })),
    close: () => packer.close(),
  };
}
