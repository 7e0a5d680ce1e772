import { StationFault } from '#shared/faults/station-fault.ts';
import { dialLocally } from './dial-locally.ts';
import { readFrame, windowAnswer } from './window-request.ts';

const ANSWER_MS = 10_000;

/** A start page for another window, or that this station's shell opens its windows itself. */
export type WindowAnswer =
  { readonly kind: 'start-page'; readonly path: string } | { readonly kind: 'refused'; readonly reason: string };

/** Asks a running station for another window. STATION-NOT-RUNNING, STATION-LINK-LOST, STATION-LINK-DEADLINE, STATION-FRAME-FORM. */
export async function askForWindow(address: string, signal?: AbortSignal): Promise<WindowAnswer> {
  const port = await dialLocally(address, { sift: () => 'pass', ...(signal === undefined ? {} : { signal }) });
  const answer = Promise.withResolvers<WindowAnswer>();
  const timer = setTimeout(
    () => answer.reject(new StationFault('STATION-LINK-DEADLINE', { seconds: ANSWER_MS / 1_000 })),
    ANSWER_MS,
  );
  port.addEventListener('message', ({ data }) => {
    const said = readFrame(windowAnswer, data);
    if (said === null) answer.reject(new StationFault('STATION-FRAME-FORM'));
    else if ('startPage' in said) answer.resolve({ kind: 'start-page', path: said.startPage });
    else answer.resolve({ kind: 'refused', reason: said.refused });
  });
  port.addEventListener('close', ({ fault }) => answer.reject(fault ?? new StationFault('STATION-LINK-LOST')));
  port.postMessage(JSON.stringify({ 'open-window': true }));
  port.start();
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    port.close();
  }
}
