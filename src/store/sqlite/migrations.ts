/**
 * What makes the tables, in order: the first takes an empty file to version 1. A migration that was released is never
 * changed; a change is a new one at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table lease (
    sync text primary key,
    epoch integer not null,
    owner text,
    taken_at integer not null,
    until integer not null
  ) strict, without rowid;

  create table sync (
    key text primary key,
    remote_id text,
    creating text,
    blocked text,
    normaliser_version integer,
    suppression_digest text,
    sent_live integer not null default 0
  ) strict, without rowid;
  -- Two syncs that each remove the other's people from one audience would never end.
  create unique index one_sync_per_remote_audience on sync (remote_id) where remote_id is not null;

  create table ledger (
    sync text not null references sync (key) on update cascade on delete cascade,
    remote_id text not null,
    base text,
    overlays text not null default '[]',
    base_rows integer not null default 0,
    overlay_rows integer not null default 0,
    generation integer not null default 0,
    only_maybe integer not null default 0,
    strangers integer not null,
    primary key (sync, remote_id)
  ) strict, without rowid;

  create table approval (
    sync text not null references sync (key) on update cascade on delete cascade,
    guard text not null,
    count integer not null,
    until integer not null,
    plan text,
    primary key (sync, guard)
  ) strict, without rowid;

  create table plan (
    ordinal integer primary key autoincrement,
    id text not null unique,
    sync text not null,
    remote_id text not null,
    file text not null,
    mode text not null,
    replacement text not null,
    normaliser_version integer not null,
    suppression_digest text not null,
    only_maybe integer not null default 0,
    closed_at integer,
    foreign key (sync, remote_id) references ledger (sync, remote_id) on update cascade on delete cascade
  ) strict;
  create index plan_of_sync on plan (sync, remote_id);
  create unique index one_open_plan_per_sync on plan (sync) where closed_at is null;

  create table batch (
    plan text not null references plan (id) on delete cascade,
    sequence integer not null,
    operation text not null,
    offset integer not null,
    count integer not null,
    intended_at integer not null,
    fenced text not null,
    outcome text,
    settles_at integer,
    primary key (plan, sequence)
  ) strict, without rowid;

  create table run (
    ordinal integer primary key autoincrement,
    id text not null unique,
    sync text not null,
    started_at integer not null,
    record text not null
  ) strict;
  create index run_of_sync on run (sync, started_at);
  create index run_by_time on run (started_at);

  create table account (
    id text primary key,
    not_before integer not null
  ) strict, without rowid;
  `,
  `
  create table erasure (
    ordinal integer primary key autoincrement,
    id text not null unique,
    record text not null,
    needs text
  ) strict;

  create table tombstone (
    digest text primary key,
    kind text not null
  ) strict, without rowid;
  `,
  `
  alter table ledger add column scopes text not null default '{"apps":[],"page":null}';

  create table lookalike (
    sync text not null references sync (key) on update cascade on delete cascade,
    id text not null,
    origin_id text not null,
    text text not null,
    label text not null,
    primary key (sync, id)
  ) strict, without rowid;
  `,
]
