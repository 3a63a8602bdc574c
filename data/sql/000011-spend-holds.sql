-- The most that each request under way can take, set aside before it is sent. A hold goes when its answer is kept or
-- its request has failed; one whose node died counts no more after `until_ms`.
create table forage.spend_holds (
  id bigint generated always as identity primary key,
  context_id integer not null,
  calls bigint not null,
  tokens bigint not null,
  -- Null where the price is not known.
  cost_usd double precision,
  until_ms bigint not null
);
create index spend_days_by_day on forage.spend_days (day);
