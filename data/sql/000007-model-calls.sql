-- Paid answers of models, and what they cost in sum.

create table forage.model_calls (
  number bigint generated always as identity primary key,
  key text collate "C" not null unique,
  context_id integer,
  arm text,
  writer text not null,
  model text not null,
  question text not null,
  answer text not null,
  calls bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  -- Null where the price is not known.
  cost_usd double precision,
  seconds double precision not null,
  created_at_ms bigint not null
);
create index model_calls_of_context on forage.model_calls (context_id, number);
create index model_calls_by_time on forage.model_calls (created_at_ms);

-- Sums by UTC day; context 0 for calls that belong to none.
create table forage.spend_days (
  context_id integer not null,
  day integer not null,
  calls bigint not null,
  tokens bigint not null,
  cost_usd double precision not null,
  unpriced bigint not null,
  primary key (context_id, day)
);
