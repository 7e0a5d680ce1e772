import type { AddressInfo } from 'node:net';
import { answerControl } from './control/control-commands.ts';
import { listenForControl, type ControlListener } from './control/control-listener.ts';
import { AttemptLimit } from './http/attempt-limit.ts';
import { makeCmsServer } from './http/cms-server.ts';
import { registerRoutes } from './http/register-routes.ts';
import { TrainingWeather } from './http/training-weather.ts';
import type { OpenCms } from './open-cms.ts';
import { ShiftedClock } from './platform/shifted-clock.ts';
import { cmsVersion } from './version.ts';

/** Where to listen: a host and a port, 0 for any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A serving CMS. */
export interface ServingCms {
  /** For example `https://127.0.0.1:41234`. */
  readonly url: string;
  /** `host:port` of the control listener, training only. */
  readonly control: string | null;
  /** Stops listening; connections end, the database is left to its owner. */
  close(): Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Serves an opened CMS over HTTPS; in training also a control listener, on loopback only. */
export async function serveCms(
  cms: OpenCms,
  addresses: { readonly https: ListenAddress; readonly control?: ListenAddress },
  note: (text: string) => void,
): Promise<ServingCms> {
  const weather = new TrainingWeather();
  const http = makeCmsServer({
    authority: cms.authority,
    stations: cms.stations,
    reconciliation: cms.reconciliation,
    weather,
    note,
  });
  registerRoutes(http, {
    ...cms,
    enrolmentLimit: new AttemptLimit(30, cms.surroundings),
    version: cmsVersion,
  });
  let control: ControlListener | null = null;
  if (addresses.control !== undefined) {
    if (cms.training === null) throw new Error('a control listener exists in training only');
    if (!loopback.has(addresses.control.host)) throw new Error('the control listener listens on loopback only');
    const { training, surroundings } = cms;
    const clock = surroundings instanceof ShiftedClock ? surroundings : null;
    control = await listenForControl(addresses.control, (request) =>
      answerControl({ cms, training, weather, clock }, request),
    );
  }
  await http.listen({ host: addresses.https.host, port: addresses.https.port });
  const bound = http.server.address() as AddressInfo;
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `https://${host}:${bound.port}`,
    control: control?.address ?? null,
    close: async () => {
      await control?.close();
      await http.close();
    },
  };
}
