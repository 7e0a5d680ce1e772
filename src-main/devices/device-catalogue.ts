import { PcscReader } from './encoder/drivers/pcsc/pcsc-reader.ts';
import { SocketReader } from './encoder/drivers/socket-reader/socket-reader.ts';
import type { CardReader } from './encoder/port.ts';
import type { PrinterConfiguration, ReaderConfiguration } from './device-configuration.ts';
import type { OpenLink } from './links/byte-link.ts';
import { openSerialLink } from './links/serial-link.ts';
import { openTcpLink } from './links/tcp-link.ts';
import { EvolisPrinter } from './printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from './printer/drivers/evolis/panel-packer.ts';
import type { CardPrinter } from './printer/port.ts';

type PrinterLink = PrinterConfiguration['link'];

function linkTo(link: PrinterLink): { readonly open: OpenLink; readonly place: string } {
  switch (link.kind) {
    case 'tcp':
      return { open: (wait) => openTcpLink(link, wait), place: `${link.host}:${link.port}` };
    case 'serial':
      return { open: (wait) => openSerialLink(link, wait), place: link.path };
  }
}

/** Makes the device that a configuration names. Nothing is opened: a device opens its link with its first act. */
export class DeviceCatalogue {
  readonly #packer = new PanelPacker();

  printer(configuration: PrinterConfiguration): CardPrinter {
    switch (configuration.driver) {
      case 'evolis':
        return new EvolisPrinter({ ...linkTo(configuration.link), packer: this.#packer });
    }
  }

  reader(configuration: ReaderConfiguration): CardReader {
    switch (configuration.driver) {
      case 'pcsc':
        return new PcscReader(configuration);
      case 'socket':
        return new SocketReader(configuration);
    }
  }

  /** Ends what the devices share; they themselves are closed by whoever asked for them, before. */
  async close(): Promise<void> {
    await this.#packer.close();
  }
}
