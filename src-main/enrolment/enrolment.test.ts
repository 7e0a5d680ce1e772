import { expect, it } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import { Enrolment, type KnownDevice } from './enrolment.ts';

const printer: KnownDevice = {
  device: 'line-1-printer',
  kind: 'printer',
  serial: 'P-1',
  model: 'a printer',
  link: 'network 10.0.0.5:9100',
  environment: 'test',
};
const live: KnownDevice = { ...printer, environment: 'live' };

function enrolment(mode: 'training' | 'live', enrolled: KnownDevice | null): Enrolment {
  const findDevice = (kind: string, serial: string) =>
    enrolled?.kind === kind && enrolled.serial === serial ? enrolled : null;
  const journal = { projections: { lines: { findDevice } } } as unknown as Journal;
  return new Enrolment({ journal, approvals: {} as never, devices: [printer], mode });
}

it('takes a device for enrolled only as what it was enrolled for, whatever the configuration says now', () => {
  expect(enrolment('training', null).isEnrolled(printer)).toBe('no');
  expect(enrolment('training', printer).isEnrolled(printer)).toBe('yes');
  expect(enrolment('training', printer).isEnrolled(live)).toBe('no');
  expect(enrolment('live', live).isEnrolled(live)).toBe('yes');
  expect(enrolment('live', live).isEnrolled(printer)).toBe('no');
  expect(enrolment('live', printer).isEnrolled(live)).toBe('no');
});

it.each([
  ['serial', 'P-2', 'all'],
  ['model', 'another printer', 'model'],
  ['link', 'network 10.0.0.6:9100', 'link'],
] as const)('a changed %s makes the device not enrolled, and it says so', (field, value, change) => {
  const devices = enrolment('training', printer);
  const changed = { ...printer, [field]: value };
  expect(devices.isEnrolled(changed)).toBe('no');
  expect(devices.changeOf(changed)).toBe(change);
});

it('an enrolment that named no link holds for none', () => {
  const { link: _, ...before } = printer;
  const devices = enrolment('training', { ...before, link: null } as unknown as KnownDevice);
  expect(devices.changeOf(printer)).toBe('link');
});
