-- Raw events, by UTC day on which their slate was issued: all events of a slate are in one partition, so each
-- partition can have its own unique keys.

create table forage.events (
  issued_at_ms bigint not null,
  closes_at_ms bigint not null,
  occurred_at_ms bigint not null,
  received_at_ms bigint not null,
  propensity double precision,
  -- Days since 1970.
  day integer not null,
  context_id integer not null,
  version integer not null,
  position smallint not null,
  -- Place in the list of marks of `core/live/visit.ts`; 0 for none.
  mark smallint not null,
  is_click boolean not null,
  is_uniform boolean not null,
  is_thompson boolean not null,
  arm text collate "C" not null,
  -- Items by position, with a space between.
  item_ids text collate "C" not null,
  slate_id text collate "C" not null,
  event_id text collate "C" not null,
  visitor text collate "C" not null,
  network text collate "C" not null
) partition by list (day);

create table forage.event_days (
  day integer primary key
);

-- Attaching a table does not wait for running inserts, as making a partition in place would.
create function forage.make_event_days(wanted integer[]) returns void language plpgsql as $$
declare
  one integer;
  name text;
begin
  perform pg_advisory_xact_lock(1718579809, 3);
  foreach one in array wanted loop
    continue when exists (select from forage.event_days where day = one);
    name := format('events_%s', replace(one::text, '-', 'before_'));
    execute format('create table forage.%I (like forage.events including all)', name);
    execute format('create unique index on forage.%I (slate_id, is_click, position)', name);
    execute format('create unique index on forage.%I (slate_id, event_id)', name);
    execute format('create index on forage.%I (closes_at_ms)', name);
    execute format('alter table forage.events attach partition forage.%I for values in (%s)', name, one);
    insert into forage.event_days (day) values (one);
  end loop;
end
$$;
