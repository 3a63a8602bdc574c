-- What visits were counted into, by UTC day of issue. Day -1 holds the days whose raw events are gone. A day is
-- counted from its raw events alone, so it can be counted anew alone.

create table forage.item_tallies (
  context_id integer not null,
  arm text collate "C" not null,
  version integer not null,
  item_id text collate "C" not null,
  position smallint not null,
  is_uniform boolean not null,
  day integer not null,
  impressions bigint not null,
  clicks bigint not null,
  no_click_impressions bigint not null,
  primary key (context_id, arm, version, item_id, position, is_uniform, day)
);

create table forage.slate_tallies (
  context_id integer not null,
  arm text collate "C" not null,
  version integer not null,
  is_uniform boolean not null,
  day integer not null,
  slates bigint not null,
  clicked bigint not null,
  primary key (context_id, arm, version, is_uniform, day)
);

create table forage.left_out (
  context_id integer not null,
  arm text collate "C" not null,
  reason text collate "C" not null,
  day integer not null,
  visits bigint not null,
  primary key (context_id, arm, reason, day)
);

-- `shown` and `shown_clicked` are visits without a mark, for the caps; `slates` and `clicked` those of them that counted.
create table forage.visitor_days (
  context_id integer not null,
  arm text collate "C" not null,
  visitor text collate "C" not null,
  day integer not null,
  shown bigint not null,
  shown_clicked bigint not null,
  slates bigint not null,
  clicked bigint not null,
  primary key (context_id, arm, visitor, day)
);

-- Clicked visits without a mark, for the cap.
create table forage.network_days (
  context_id integer not null,
  arm text collate "C" not null,
  network text collate "C" not null,
  day integer not null,
  shown_clicked bigint not null,
  primary key (context_id, arm, network, day)
);

-- Clicks by where they came from: a visitor, or a network.
create table forage.item_sources (
  context_id integer not null,
  arm text collate "C" not null,
  item_id text collate "C" not null,
  is_network boolean not null,
  source text collate "C" not null,
  day integer not null,
  clicks bigint not null,
  primary key (context_id, arm, item_id, is_network, source, day)
);

-- What was counted from visitors and networks that nothing points to any more.
create table forage.past_visitors (
  context_id integer not null,
  arm text collate "C" not null,
  visitors bigint not null,
  slates bigint not null,
  clicked bigint not null,
  slates_squared bigint not null,
  clicked_squared bigint not null,
  slates_times_clicked bigint not null,
  primary key (context_id, arm)
);
create table forage.past_sources (
  context_id integer not null,
  arm text collate "C" not null,
  item_id text collate "C" not null,
  visitors bigint not null,
  networks bigint not null,
  clicks bigint not null,
  clicks_of_busiest_network bigint not null,
  primary key (context_id, arm, item_id)
);

-- Sums over the tables above, kept with them because they are read often.
create table forage.item_totals (
  context_id integer not null,
  arm text collate "C" not null,
  item_id text collate "C" not null,
  impressions bigint not null,
  clicks bigint not null,
  no_click_impressions bigint not null,
  primary key (context_id, arm, item_id)
);
create table forage.iteration_visits (
  context_id integer not null,
  arm text collate "C" not null,
  iteration integer not null,
  visits bigint not null,
  primary key (context_id, arm, iteration)
);
create table forage.visitor_sums (
  context_id integer not null,
  arm text collate "C" not null,
  visitors bigint not null,
  slates bigint not null,
  clicked bigint not null,
  slates_squared bigint not null,
  clicked_squared bigint not null,
  slates_times_clicked bigint not null,
  primary key (context_id, arm)
);
