import { cmsErrorStatus, type CmsError, type CmsErrorCode } from '#shared/contract/cms/errors.ts';

const words: Readonly<Record<CmsErrorCode, { readonly text: string; readonly next: string }>> = {
  'REQUEST-INVALID': {
    text: 'This is no HTTP request as agreed: its headers are too long, doubled or malformed, or it took too long.',
    next: 'Correct the request; see the contract.',
  },
  'BODY-INVALID': {
    text: 'The request body is not as the contract says.',
    next: 'Correct the body; see the contract.',
  },
  'QUERY-INVALID': { text: 'The query is not as the contract says.', next: 'Correct the query; see the contract.' },
  'CODE-UNKNOWN': {
    text: 'This enrolment code is unknown, used up, expired or made for another station.',
    next: 'Ask the administrator of the CMS for a new code.',
  },
  'CERTIFICATE-MISSING': {
    text: 'No client certificate was shown.',
    next: 'Enrol the station, then call with its certificate.',
  },
  'CERTIFICATE-UNKNOWN': {
    text: 'The client certificate is not one that this CMS gave to a station, or it was replaced or has run out.',
    next: 'Enrol the station with this CMS.',
  },
  'STATION-REVOKED': {
    text: 'This station was revoked.',
    next: 'Ask the administrator of the CMS.',
  },
  'STATION-LOST': {
    text: 'Two people have declared this station lost: every card that it may have made is blocked.',
    next: 'Begin no card. Destroy its cards under two people, then enrol the station anew; its journal is still taken.',
  },
  'ROUTE-UNKNOWN': { text: 'There is no such call.', next: 'See the contract for the calls that exist.' },
  'BATCH-UNKNOWN': { text: 'There is no such batch.', next: 'Ask for the list of batches again.' },
  'LEASE-UNKNOWN': { text: 'This station holds no such lease.', next: 'Lease the batch again.' },
  'METHOD-WRONG': { text: 'The call exists, but not with this method.', next: 'See the contract for its method.' },
  'LEASE-HELD': {
    text: 'Another station holds this batch.',
    next: 'Choose another batch, or wait until the lease ends.',
  },
  'LEASE-GRANTED': {
    text: 'Production of this batch was granted; it cannot simply be given back.',
    next: 'Produce and close it; a lost station is settled by two people at the CMS.',
  },
  'BATCH-NOT-AVAILABLE': {
    text: 'This batch is in production or closed.',
    next: 'Choose another batch.',
  },
  'GRANT-DIFFERS': {
    text: 'A grant was given for another release statement of this batch.',
    next: 'Use the grant that was given.',
  },
  'EVENT-CHANGED': {
    text: 'An entry that this CMS already holds came again with other content.',
    next: 'Stop the station and have its journal examined.',
  },
  'STATION-ENROLLED': {
    text: 'This station is enrolled already.',
    next: 'Ask for a code that replaces the earlier enrolment.',
  },
  'LEASE-EXPIRED': { text: 'The lease has ended.', next: 'Lease the batch again.' },
  'ORDERS-RETURNED': {
    text: 'The lease ran out: orders of this batch that were never granted went back.',
    next: 'Ask for a grant: it says from which order on.',
  },
  'BODY-TOO-LONG': { text: 'The request body is too long.', next: 'Send less at once.' },
  'CONTENT-TYPE-WRONG': { text: 'The body is not JSON.', next: 'Send application/json.' },
  'CHAIN-BROKEN': {
    text: 'An entry does not follow the one before it.',
    next: 'Stop the station and have its journal examined.',
  },
  'CHECKPOINT-INVALID': {
    text: 'A checkpoint does not fit the journal or is not signed by this station.',
    next: 'Stop the station and have its journal examined.',
  },
  'PASS-INVALID': {
    text: 'A pass certificate is not signed by this station, or is of another card.',
    next: 'Stop the station and have its journal examined.',
  },
  'KEY-INVALID': {
    text: 'The certificate request or a public key is not a valid P-256 key.',
    next: 'Make the keys again and enrol with a new code.',
  },
  'ISSUER-UNKNOWN': {
    text: 'There is no issuer of that name with payment cards.',
    next: 'Ask for the certificate of an issuer that this CMS knows.',
  },
  'ISSUER-REQUEST-INVALID': {
    text: 'The issuer key request is malformed, not signed by its own key, of another issuer, or for a month that cannot be certified.',
    next: 'Make the request anew at the station and send that.',
  },
  'TOO-MANY-REQUESTS': { text: 'Too many tries.', next: 'Wait a minute, then try again.' },
  RECONCILING: {
    text: 'This CMS was restored from a backup and waits until every station has reported what happened since.',
    next: 'Nothing is lost. Try again in a minute; the administrator of the CMS sees which stations are still missing.',
  },
  'CMS-FAULT': {
    text: 'Something failed inside the CMS.',
    next: 'Try again; if it persists, tell the administrator of the CMS.',
  },
};

/** A refusal that becomes an answer with its code's status and plain words. */
export class CmsFault extends Error {
  readonly code: CmsErrorCode;

  constructor(code: CmsErrorCode) {
    super(code);
    this.name = 'CmsFault';
    this.code = code;
  }

  get status(): number {
    return cmsErrorStatus[this.code];
  }

  get body(): CmsError {
    return { code: this.code, ...words[this.code] };
  }
}
