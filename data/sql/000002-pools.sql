-- The history of each arm: items, versions of the pool, iterations.

create table forage.items (
  context_id integer not null,
  arm text collate "C" not null,
  item_id text collate "C" not null,
  -- Order of birth.
  number integer not null,
  text text not null,
  mode text not null,
  parents text[] not null,
  born_at integer not null,
  written_by text not null,
  prompt_version text not null,
  mean_log_probability double precision,
  standing text not null check (standing in ('waiting', 'approved', 'banned', 'rejected')),
  is_pinned boolean not null,
  edited_from text,
  created_at_ms bigint not null,
  primary key (context_id, arm, item_id),
  foreign key (context_id, arm) references forage.arms on delete cascade
);

create table forage.pool_versions (
  context_id integer not null,
  arm text collate "C" not null,
  version integer not null,
  iteration integer not null,
  item_ids text[] not null,
  cause text not null,
  made_by text not null,
  created_at_ms bigint not null,
  primary key (context_id, arm, version),
  foreign key (context_id, arm) references forage.arms on delete cascade
);

create table forage.iterations (
  context_id integer not null,
  arm text collate "C" not null,
  iteration integer not null,
  record json not null,
  primary key (context_id, arm, iteration),
  foreign key (context_id, arm) references forage.arms on delete cascade
);
