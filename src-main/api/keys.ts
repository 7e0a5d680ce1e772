import type { PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { fromHex } from '#shared/bytes/bytes.ts';
import { maySee } from '../access/rights.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { approvalView } from './views/approval-view.ts';
import { authorityKeyView, certificateRequestView } from './views/certificate-view.ts';
import { ceremonyView, keyStoreView, keyUsageViews, registryKeyView } from './views/key-view.ts';
import type { PersonRow } from '../journal/projections/people.ts';

/** Longest that a view or a request waits for the key store. */
const patience = 30_000;
const newestCeremonies = 50;

function asked(approval: string, services: Services) {
  const row = services.journal.projections.approvals.find(approval);
  if (row === null) throw new StationFault('APPROVAL-UNKNOWN');
  return approvalView(row, services);
}

function ceremonyNow(ceremony: string, person: PersonRow, services: Services) {
  const found = services.keyRegistry.ceremonies.find(ceremony);
  if (found === null) throw new StationFault('ACCESS-NOT-FOUND');
  return ceremonyView(found, person, services);
}

const waiting = () => AbortSignal.timeout(patience);
/** Bytes that people brought, in whichever case. */
const bytesOf = (hex: string) => fromHex(hex.toLowerCase());
const monthOf = (text: string) => ({ year: Number(text.slice(0, 4)), month: Number(text.slice(5)) });
const idOf = (person: PersonRow) => person.person as PersonId;

export const keys = {
  list: api.keys.list.handler(async ({ context }) => {
    const person = personOf(context);
    const { services } = context;
    const listed = await services.keyRegistry.list(waiting());
    return {
      keys: listed.filter(({ issuer }) => maySee(person, issuer)).map((key) => registryKeyView(key, person, services)),
    };
  }),
  usages: api.keys.usages.handler(async ({ context }) => ({
    usages: keyUsageViews(await context.services.keyRegistry.store(waiting())),
  })),
  store: api.keys.store.handler(async ({ context }) => {
    const { services } = context;
    return keyStoreView(await services.keyRegistry.store(waiting()), personOf(context), services);
  }),

  requestGeneration: api.keys.requestGeneration.handler(async ({ context, input }) => {
    const { services } = context;
    const { registry } = services.keyRegistry;
    return asked(await registry.requestGeneration(input, idOf(personOf(context)), waiting()), services);
  }),
  requestChange: api.keys.requestChange.handler(({ context, input }) => {
    const { services } = context;
    const { key, change, reason } = input;
    const { registry } = services.keyRegistry;
    return asked(registry.requestChange(key, change, reason, idOf(personOf(context))), services);
  }),
  requestBlockImport: api.keys.requestBlockImport.handler(async ({ context, input }) => {
    const { services } = context;
    const { registry } = services.keyRegistry;
    return asked(await registry.requestBlockImport(input, idOf(personOf(context)), waiting()), services);
  }),
  authorities: api.keys.authorities.handler(({ context: { services } }) => ({
    authorities: services.journal.projections.certificates.authorities().map(authorityKeyView),
  })),
  certificateRequest: api.keys.certificateRequest.handler(async ({ context, input }) => {
    const { certificates } = context.services.keyRegistry;
    const { key, issuerIdentifier, expires, trackingNumber, serial } = input;
    const content = { issuerIdentifier, expiry: monthOf(expires), trackingNumber, serial: bytesOf(serial) };
    const made = await certificates.request({ keyName: key, ...content }, idOf(personOf(context)), waiting());
    return certificateRequestView(input, made);
  }),
  requestCertificateImport: api.keys.requestCertificateImport.handler(async ({ context, input }) => {
    const { services } = context;
    const { key, rid, index, certificate, remainder } = input;
    const brought = {
      keyName: key,
      authority: { rid: rid.toLowerCase(), index },
      certificate: bytesOf(certificate),
      remainder: bytesOf(remainder),
    };
    const { certificates } = services.keyRegistry;
    const asker = idOf(personOf(context));
    return asked(await certificates.requestCertificateImport(brought, asker, waiting()), services);
  }),
  requestAuthorityImport: api.keys.requestAuthorityImport.handler(({ context, input }) => {
    const { services } = context;
    const { rid, index, modulus, exponent, expires, hash, environment } = input;
    const key = {
      rid: bytesOf(rid),
      index,
      modulus: bytesOf(modulus),
      exponent: bytesOf(exponent),
      expiry: monthOf(expires),
      checkSum: bytesOf(hash),
    };
    const { certificates } = services.keyRegistry;
    return asked(certificates.requestAuthorityImport(key, environment, idOf(personOf(context))), services);
  }),
  requestCeremony: api.keys.requestCeremony.handler(async ({ context, input }) => {
    const { services } = context;
    const { ceremonies } = services.keyRegistry;
    return asked(await ceremonies.request(input, idOf(personOf(context)), waiting()), services);
  }),

  ceremonies: api.keys.ceremonies.handler(({ context }) => {
    const person = personOf(context);
    const { services } = context;
    return {
      ceremonies: services.keyRegistry.ceremonies
        .newest(newestCeremonies)
        .filter(({ row }) => maySee(person, row.issuer))
        .map((ceremony) => ceremonyView(ceremony, person, services)),
    };
  }),
  ceremony: api.keys.ceremony.handler(({ context, input }) =>
    ceremonyNow(input.ceremony, personOf(context), context.services),
  ),
  enterDigit: api.keys.enterDigit.handler(({ context, input }) =>
    context.services.keyRegistry.ceremonies.enterDigit(input.ceremony, idOf(personOf(context)), input.digit),
  ),
  clearEntry: api.keys.clearEntry.handler(async ({ context, input }) => {
    const person = personOf(context);
    await context.services.keyRegistry.ceremonies.clearEntry(input.ceremony, idOf(person));
    return ceremonyNow(input.ceremony, person, context.services);
  }),
  endEntry: api.keys.endEntry.handler(async ({ context, input }) => {
    const person = personOf(context);
    await context.services.keyRegistry.ceremonies.endEntry(input.ceremony, idOf(person));
    return ceremonyNow(input.ceremony, person, context.services);
  }),
  confirmValue: api.keys.confirmValue.handler(async ({ context, input }) => {
    const person = personOf(context);
    await context.services.keyRegistry.ceremonies.confirm(input.ceremony, idOf(person), input.kcv);
    return ceremonyNow(input.ceremony, person, context.services);
  }),
  giveUpCeremony: api.keys.giveUpCeremony.handler(async ({ context, input }) => {
    const { ceremonies } = context.services.keyRegistry;
    await ceremonies.giveUp(input.ceremony, idOf(personOf(context)), input.reason);
    return { done: true as const };
  }),
};
