import type { ClientContext, ClientLink } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { LostLink } from './lost-link.ts';
import { StationLink } from './station-link.ts';
import type { LinkState } from './station-link.ts';
import type { StationWire, WireConnection } from './station-wire.ts';

type Answer = ClientLink<ClientContext>['call'];

/** A wire whose connections the test cuts. */
function cutWire(
  answers: Answer[],
  ending: 'lost' | 'taken-over' = 'lost',
): { readonly wire: StationWire; readonly cut: () => void } {
  let cut: () => void = () => undefined;
  const wire: StationWire = {
    kind: 'loopback',
    connect: () => {
      const call = answers.shift();
      if (call === undefined) return Promise.reject(new Error('nobody is there'));
      let settle: () => void = () => undefined;
      const closed = new Promise<'lost' | 'taken-over'>((resolve) => {
        settle = () => resolve(ending);
      });
      cut = settle;
      const connection: WireConnection = { link: { call }, closed, close: settle };
      return Promise.resolve(connection);
    },
  };
  return { wire, cut: () => cut() };
}

describe('StationLink', () => {
  it('connects again after a cut, and calls made meanwhile wait for the new connection', async () => {
    const states: LinkState[] = [];
    const { wire, cut } = cutWire([() => Promise.resolve('first'), () => Promise.resolve('second')]);
    const station = new StationLink(wire, (state) => states.push(state));
    void station.keepOpen();
    expect(await station.link.call(['session', 'hello'], {}, { context: {} })).toBe('first');
    cut();
    await Promise.resolve();
    expect(await station.link.call(['session', 'hello'], {}, { context: {} })).toBe('second');
    expect(states).toEqual(['connecting', 'open', 'lost', 'open']);
    station.end();
  });

  it('does not fight for a window that was opened in another place', async () => {
    const states: LinkState[] = [];
    const { wire, cut } = cutWire([() => Promise.resolve('first'), () => Promise.resolve('second')], 'taken-over');
    const station = new StationLink(wire, (state) => states.push(state));
    const ended = station.keepOpen();
    await station.link.call(['session', 'hello'], {}, { context: {} });
    cut();
    await ended;
    expect(states).toEqual(['connecting', 'open', 'taken-over']);
  });

  it('tells a lost connection from an abort of the reader', async () => {
    const lost = Object.assign(new Error('[AsyncIdQueue] Queue was closed or aborted'), { name: 'AbortError' });
    const { wire } = cutWire([() => Promise.reject(lost)]);
    const station = new StationLink(wire, () => undefined);
    void station.keepOpen();
    await expect(station.link.call(['session', 'hello'], {}, { context: {} })).rejects.toEqual(new LostLink('closed'));
    await expect(
      station.link.call(['session', 'hello'], {}, { context: {}, signal: AbortSignal.abort() }),
    ).rejects.toBe(lost);
    station.end();
  });
});
