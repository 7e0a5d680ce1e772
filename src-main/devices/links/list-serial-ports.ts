import { SerialPort } from 'serialport';

/** A serial port of this machine, with the serial number of its adapter where it has one. */
export interface FoundSerialPort {
  readonly path: string;
  readonly serial: string | null;
}

/** The serial ports that this machine knows of; none where it cannot tell (Linux without udevadm). */
export async function listSerialPorts(): Promise<readonly FoundSerialPort[]> {
  try {
    const ports = await SerialPort.list();
    return ports.map((port) => ({ path: port.path, serial: port.serialNumber ?? null }));
  } catch {
    return [];
  }
}
