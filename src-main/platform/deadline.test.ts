import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('aborts at its time as a timeout does', () => {
  using deadline = new Deadline(50, new AbortController().signal);
  vi.advanceTimersByTime(49);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('aborts with the other signal and its reason, also one that was aborted before', () => {
  const parent = new AbortController();
  using during = new Deadline(50, parent.signal);
  parent.abort('ended');
  using after = new Deadline(50, parent.signal);
  expect([during.signal.reason, after.signal.reason]).toEqual(['ended', 'ended']);
});

test('leaves nothing behind when its act is done', () => {
  const parent = new AbortController();
  {
    using deadline = new Deadline(900_000, parent.signal);
    expect([vi.getTimerCount(), getEventListeners(parent.signal, 'abort').length]).toEqual([1, 1]);
    expect(deadline.signal.aborted).toBe(false);
  }
  expect([vi.getTimerCount(), getEventListeners(parent.signal, 'abort').length]).toEqual([0, 0]);
});
