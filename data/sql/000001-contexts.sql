-- Contexts, their arms, and what serving nodes have to hear of.

-- Single numbers of the installation. `sealed-to` and `counted-to` are closing times of slates in milliseconds.
create table forage.marks (
  name text collate "C" primary key,
  value bigint not null
);
insert into forage.marks (name, value) values
  ('serving-sequence', 0),
  ('sealed-to', -9223372036854775808),
  ('counted-to', -9223372036854775808);

create table forage.contexts (
  id integer generated always as identity primary key,
  key text collate "C" not null unique,
  task text not null,
  topic text not null,
  article text,
  config json not null,
  -- Copied from the configuration, for counting.
  slates_per_visitor integer not null,
  clicked_slates_per_visitor integer not null,
  clicked_slates_per_network integer not null,
  status text not null check (status in ('active', 'paused')),
  seed integer not null,
  revision integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null
);

create table forage.arms (
  context_id integer not null references forage.contexts on delete cascade,
  arm text collate "C" not null,
  made bigint generated always as identity,
  -- Copied from the configuration, for finding what is due. An arm that left the configuration is not active.
  is_active boolean not null,
  is_main boolean not null,
  is_frozen boolean not null,
  due_interactions bigint,
  -- A pool with fewer items does not fill a slate.
  size_min integer not null,
  due_every_ms bigint,
  is_due_by_evidence boolean not null,
  version integer not null default 0,
  iteration integer not null default -1,
  pool_ids text[] not null default '{}',
  last_iteration_at_ms bigint,
  next_attempt_at_ms bigint not null default 0,
  failures integer not null default 0,
  is_run_requested boolean not null default false,
  last_failure text,
  looked_at_interactions bigint not null default 0,
  lease_node text,
  lease_until_ms bigint,
  lease_epoch integer not null default 0,
  primary key (context_id, arm)
);

-- The latest change of each context, removed ones too.
create table forage.serving (
  context_id integer primary key,
  sequence bigint not null,
  is_removed boolean not null
);
create unique index serving_sequence on forage.serving (sequence);

-- To be called last in a transaction: from here to its end no other one gets a number, so numbers are in the order
-- of commits.
create function forage.touch_serving(touched integer, removed boolean) returns void language sql as $$
  with next as (
    update forage.marks set value = value + 1 where name = 'serving-sequence' returning value
  )
  insert into forage.serving (context_id, sequence, is_removed)
  select touched, value, removed from next
  on conflict (context_id) do update set sequence = excluded.sequence, is_removed = excluded.is_removed
$$;
