import { expect, it } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import { Enrolment, type KnownDevice } from './enrolment.ts';

const printer: KnownDevice = {
  device: 'line-1-printer',
  kind: 'printer',
  serial: 'P-1',
  model: 'a printer',
  link: 'network 127.0.0.1:1',
  environment: 'test',
};

function enrolment(mode: 'training' | 'live', enrolledAs: 'test' | 'live' | null): Enrolment {
  const findDevice = () => (enrolledAs === null ? null : { environment: enrolledAs });
  const journal = { projections: { lines: { findDevice } } } as unknown as Journal;
  return new Enrolment({ journal, approvals: {} as never, devices: [printer], mode });
}

it('takes a device for enrolled only as what it was enrolled for, whatever the configuration says now', () => {
  const live = { ...printer, environment: 'live' } as const;
  expect(enrolment('training', null).isEnrolled(printer)).toBe('no');
  expect(enrolment('training', 'test').isEnrolled(printer)).toBe('yes');
  expect(enrolment('training', 'test').isEnrolled(live)).toBe('no');
  expect(enrolment('live', 'live').isEnrolled(live)).toBe('yes');
  expect(enrolment('live', 'live').isEnrolled(printer)).toBe('no');
  expect(enrolment('live', 'test').isEnrolled(live)).toBe('no');
});
