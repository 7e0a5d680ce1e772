import type { SerialPort } from 'serialport';

const writable = 0b10;

/**
 * QUIRK(serialport 13.0.0, Linux and macOS): waiting to read again takes back a wait to write that is under way, because the poller
 * is started with the newest wish only (bindings-cpp, `Poller::poll`); a write that met a full buffer then hangs until the device says
 * something, which it does not do before it has the rest. Seen on a pseudo terminal in 1 of 100 panels after opening. So each wish
 * to the poller carries the wait to write with it; a port that could be written to at once only wakes the poller once more.
 */
export function keepWaitingToWrite(port: SerialPort): void {
  const binding = port.port;
  if (binding === undefined || !('poller' in binding)) return;
  const { poller } = binding;
  const poll = poller.poll.bind(poller);
  poller.poll = (wish) => poll(wish === undefined ? writable : wish | writable);
}
