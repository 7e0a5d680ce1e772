import { sql, type Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

const statements = [
  `create table setting (name text primary key, value blob not null) strict`,
  `create table issuer (id text primary key, name text not null) strict`,
  `create table transport_key (
     name text primary key, issuer text not null references issuer (id), environment text not null, kcv text not null,
     sealed_key blob not null) strict`,
  `create table enrolment_code (
     code_hash text primary key, station text not null, purpose text not null check (purpose in ('first', 'replace')),
     expires_at text not null, used_at text) strict`,
  `create table station (
     id text primary key, enrolment integer not null, certificate_fingerprint text not null, certificate_serial text not null,
     record_key text not null, signing_key text not null, enrolled_at text not null, revoked_at text) strict`,
  `create table batch (
     id text primary key, issuer text not null references issuer (id), product text not null, count integer not null, due text not null,
     priority text not null check (priority in ('normal', 'urgent')), environment text not null check (environment in ('test', 'live')),
     state text not null check (state in ('filling', 'available', 'leased', 'granted', 'producing', 'closed')),
     created_at text not null, hostile text) strict`,
  `create table batch_order (
     batch text not null references batch (id), position integer not null, order_id text not null,
     state text not null check (state in ('waiting', 'begun', 'produced', 'failed', 'held', 'withdrawn')),
     sealed_record blob not null, primary key (batch, position)) strict`,
  `create index batch_order_id on batch_order (batch, order_id)`,
  `create table lease (
     id text primary key, batch text not null references batch (id), station text not null, created_at text not null,
     expires_at text not null, ended_at text, sealed_record_key blob not null, content_key text not null, release_digest text,
     grant_jws text) strict`,
  `create unique index lease_live on lease (batch) where ended_at is null`,
  `create table event (
     station text not null, enrolment integer not null, sequence integer not null, entry_hash text not null, kind text not null,
     time text not null, batch text, header text not null, salt text, payload text, primary key (station, enrolment, sequence)) strict`,
  `create index event_batch on event (batch)`,
  `create table event_finding (
     id integer primary key, station text not null, enrolment integer not null, sequence integer not null, code text not null,
     detail text not null, found_at text not null) strict`,
];

const first: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};

const grantStatements = [
  // The check of an order's state is part of its table: the table is made anew.
  `create table batch_order_anew (
     batch text not null references batch (id), position integer not null, order_id text not null,
     state text not null check (state in ('waiting', 'begun', 'produced', 'failed', 'held', 'withdrawn', 'returned', 'blocked')),
     sealed_record blob not null, sealed_as text not null, attempt text, start_grant text, blocked_from text,
     primary key (batch, position)) strict`,
  `insert into batch_order_anew (batch, position, order_id, state, sealed_record, sealed_as)
     select batch, position, order_id, state, sealed_record, 'order/' || batch || '/' || position from batch_order`,
  `drop table batch_order`,
  `alter table batch_order_anew rename to batch_order`,
  `create index batch_order_id on batch_order (batch, order_id)`,
  `create index batch_order_state on batch_order (batch, state, position)`,
  `alter table batch add column origin text`,
  `alter table lease add column grant_number integer not null default 0`,
  `alter table lease add column granted_count integer not null default 0`,
  `alter table lease add column granted_index integer not null default 0`,
  `alter table lease add column returned_from integer`,
  `alter table lease add column return_told text`,
  `alter table lease add column end_reason text`,
  `update lease set grant_number = 1, granted_count = (select count from batch where id = lease.batch),
     granted_index = (select count from batch where id = lease.batch) where grant_jws is not null`,
  `create table start_grant (
     id text primary key, lease text not null references lease (id), number integer not null, count integer not null,
     granted_index integer not null, seconds integer not null, issued_at text not null) strict`,
  `create index start_grant_lease on start_grant (lease, number)`,
  `alter table station add column lost_at text`,
  `create table issuer_terms (
     issuer text primary key, offline text not null check (offline in ('yes', 'no')), cards integer not null,
     seconds integer not null) strict`,
  `create table person (
     id text primary key, title text not null, password_hash text not null, failed_tries integer not null default 0,
     locked_until text, made_at text not null, made_by text not null) strict`,
  `create table station_loss (
     id integer primary key, station text not null, enrolment integer not null, first_person text not null, second_person text not null,
     reason text not null, declared_at text not null, statement text not null, statement_digest text not null,
     blocked integer not null, returned integer not null) strict`,
  `create table lost_card (
     station text not null, attempt text not null, batch text not null, order_id text not null, state text not null, told_at text not null,
     primary key (station, attempt)) strict`,
];

const grants: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of grantStatements) await sql.raw(statement).execute(database);
  },
};

const reconciliationStatements = [
  `create table reconciliation (
     id integer primary key, why text not null, began_at text not null, ended_at text, ended_by text) strict`,
  `create unique index reconciliation_open on reconciliation ((1)) where ended_at is null`,
  `create table reconciliation_station (
     reconciliation integer not null references reconciliation (id), station text not null, reported_at text,
     primary key (reconciliation, station)) strict`,
];

const reconciliation: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of reconciliationStatements) await sql.raw(statement).execute(database);
  },
};

const replacementStatements = [
  `create table card_replacement (
     station text not null, lost_attempt text not null, lost_serial text, disposition text not null, reason text not null,
     batch text not null, order_id text not null, attempt text not null, serial text, primary key (station, lost_attempt)) strict`,
  `create index card_replacement_order on card_replacement (batch, order_id)`,
];

const replacements: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of replacementStatements) await sql.raw(statement).execute(database);
  },
};

const returnStatements = [
  `alter table enrolment_code add column returns_enrolment integer`,
  // Codes that were made for a station before it was lost must not bring it back.
  `update enrolment_code set used_at = expires_at where used_at is null
     and station in (select id from station where lost_at is not null)`,
  `create table station_return (
     id integer primary key, station text not null, enrolment integer not null, first_person text not null, second_person text not null,
     reason text not null, allowed_at text not null, statement text not null, statement_digest text not null unique) strict`,
  `create table station_terms (
     station text primary key, offline text not null check (offline in ('yes', 'no')), cards integer not null,
     seconds integer not null) strict`,
  `create table terms_change (
     id integer primary key, first_person text not null, second_person text not null, reason text not null, changed_at text not null,
     statement text not null unique, statement_digest text not null) strict`,
];

const returns: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of returnStatements) await sql.raw(statement).execute(database);
  },
};

const schemeStatements = [
  `create table scheme_certificate (
     request_hash text primary key, serial text not null unique, issuer text not null, station text not null, certificate text not null,
     remainder text not null, exponent text not null, issued_at text not null) strict`,
];

const scheme: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of schemeStatements) await sql.raw(statement).execute(database);
  },
};

/** The steps that bring a database to this version, in order of their names. */
export const cmsMigrations: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001-first': first,
      '0002-grants': grants,
      '0003-reconciliation': reconciliation,
      '0004-replacements': replacements,
      '0005-returns': returns,
      '0006-scheme': scheme,
    }),
};
