-- Keys, secrets, answers for idempotency keys, tasks, settings, and the audit.

create table forage.api_keys (
  id text collate "C" primary key,
  kind text not null check (kind in ('publishable', 'secret')),
  name text not null,
  hash text not null,
  origins text[] not null,
  may_create_contexts boolean not null,
  created_at_ms bigint not null,
  ends_at_ms bigint
);

create table forage.secrets (
  name text collate "C" primary key,
  value text not null
);

create table forage.idempotency_keys (
  scope text collate "C" not null,
  key text collate "C" not null,
  request_hash text not null,
  claimed_at_ms bigint not null,
  status integer,
  body text,
  primary key (scope, key)
);
create index idempotency_keys_by_age on forage.idempotency_keys (claimed_at_ms);

create table forage.tasks (
  key text collate "C" primary key,
  made bigint generated always as identity,
  definition json not null
);

create table forage.settings (
  name text collate "C" primary key,
  value json not null
);

create table forage.audit (
  id bigint generated always as identity primary key,
  at_ms bigint not null,
  made_by text not null,
  action text not null,
  context_key text collate "C",
  details json not null
);
create index audit_of_context on forage.audit (context_key, id);
