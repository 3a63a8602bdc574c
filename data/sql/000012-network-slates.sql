-- A network's slates are capped as its clicks are: whoever names a new visitor each time could else bury an item by
-- looking at it. Networks are counted from here on by their visits without a click too.

alter table forage.contexts add column slates_per_network integer not null default 5000;
alter table forage.network_days add column shown bigint not null default 0;

-- As in 000006-counting.sql, with the cap of a network's slates.
create or replace function forage.count_visits(
  after_ms bigint, to_ms bigint, first_day integer, last_day integer, only_context integer
) returns bigint language plpgsql set jit = off as $$
declare
  total bigint;
begin
  with visit as materialized (
    select
      e.context_id, e.arm, e.version, e.is_uniform, e.day, e.visitor, e.slate_id, e.closes_at_ms, e.item_ids,
      min(e.network) as network,
      coalesce(min(e.mark) filter (where e.mark > 0), 0) as mark,
      bool_or(e.is_click) as is_clicked,
      -- Without an impression the clicks prove that all of it was shown.
      bool_and(e.is_click) or bool_or(not e.is_click and e.position = -1) as is_all_seen,
      array_agg(e.position) as seen,
      array_agg(e.position) filter (where e.is_click) as clicked
    from forage.events e
    where e.closes_at_ms > after_ms and e.closes_at_ms <= to_ms and e.day between first_day and last_day
      and (only_context is null or e.context_id = only_context)
    group by
      e.context_id, e.arm, e.version, e.is_uniform, e.day, e.visitor, e.slate_id, e.closes_at_ms, e.item_ids
  ),
  clear as materialized (
    select v.*,
      count(*) over by_visitor + coalesce(by_visitor_before.shown, 0) as visitor_slates,
      count(*) filter (where v.is_clicked) over by_visitor + coalesce(by_visitor_before.shown_clicked, 0)
        as visitor_clicked,
      count(*) over by_network + coalesce(by_network_before.shown, 0) as network_slates,
      count(*) filter (where v.is_clicked) over by_network + coalesce(by_network_before.shown_clicked, 0)
        as network_clicked
    from visit v
    left join lateral (
      select shown, shown_clicked from visitor_days d
      where d.context_id = v.context_id and d.arm = v.arm and d.visitor = v.visitor and d.day = v.day
    ) by_visitor_before on true
    left join lateral (
      select shown, shown_clicked from network_days d
      where d.context_id = v.context_id and d.arm = v.arm and d.network = v.network and d.day = v.day
    ) by_network_before on true
    where v.mark = 0
    window
      by_visitor as (
        partition by v.context_id, v.arm, v.visitor, v.day order by v.closes_at_ms, v.slate_id rows unbounded preceding
      ),
      by_network as (
        partition by v.context_id, v.arm, v.network, v.day order by v.closes_at_ms, v.slate_id rows unbounded preceding
      )
  ),
  judged as materialized (
    select c.*,
      case
        when c.visitor_slates > o.slates_per_visitor or c.visitor_clicked > o.clicked_slates_per_visitor
          then 'visitor-cap'
        when c.network_slates > o.slates_per_network or c.network_clicked > o.clicked_slates_per_network
          then 'network-cap'
      end as reason
    from clear c join forage.contexts o on o.id = c.context_id
  ),
  counted as materialized (
    select * from judged where reason is null
  ),
  shown as materialized (
    select c.context_id, c.arm, c.version, c.day, c.is_uniform, c.is_clicked, c.visitor, c.network,
      place.item_id collate "C" as item_id, (place.number - 1)::smallint as position,
      (place.number - 1)::smallint = any (c.clicked) as is_click
    from counted c cross join lateral unnest(string_to_array(c.item_ids, ' ')) with ordinality place (item_id, number)
    where c.is_all_seen or (place.number - 1)::smallint = any (c.seen)
  ),
  item_counts as materialized (
    select context_id, arm, version, item_id, position, is_uniform, day,
      count(*) as impressions,
      count(*) filter (where is_click) as clicks,
      count(*) filter (where not is_clicked) as no_click_impressions
    from shown group by 1, 2, 3, 4, 5, 6, 7
  ),
  slate_counts as materialized (
    select context_id, arm, version, is_uniform, day, count(*) as slates, count(*) filter (where is_clicked) as clicked
    from counted group by 1, 2, 3, 4, 5
  ),
  visitor_counts as materialized (
    select context_id, arm, visitor, day,
      count(*) as shown,
      count(*) filter (where is_clicked) as shown_clicked,
      count(*) filter (where reason is null) as slates,
      count(*) filter (where reason is null and is_clicked) as clicked
    from judged group by 1, 2, 3, 4
  ),
  into_items as (
    insert into item_tallies as t select * from item_counts order by 1, 2, 3, 4, 5, 6, 7
    on conflict (context_id, arm, version, item_id, position, is_uniform, day) do update set
      impressions = t.impressions + excluded.impressions,
      clicks = t.clicks + excluded.clicks,
      no_click_impressions = t.no_click_impressions + excluded.no_click_impressions
  ),
  into_totals as (
    insert into item_totals as t
    select context_id, arm, item_id, sum(impressions), sum(clicks), sum(no_click_impressions)
    from item_counts group by 1, 2, 3 order by 1, 2, 3
    on conflict (context_id, arm, item_id) do update set
      impressions = t.impressions + excluded.impressions,
      clicks = t.clicks + excluded.clicks,
      no_click_impressions = t.no_click_impressions + excluded.no_click_impressions
  ),
  into_slates as (
    insert into slate_tallies as t select * from slate_counts order by 1, 2, 3, 4, 5
    on conflict (context_id, arm, version, is_uniform, day) do update set
      slates = t.slates + excluded.slates, clicked = t.clicked + excluded.clicked
  ),
  into_iterations as (
    insert into iteration_visits as t
    select s.context_id, s.arm, p.iteration, sum(s.slates)
    from slate_counts s join forage.pool_versions p
      on p.context_id = s.context_id and p.arm = s.arm and p.version = s.version
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (context_id, arm, iteration) do update set visits = t.visits + excluded.visits
  ),
  into_left_out as (
    insert into left_out as t
    select context_id, arm, reason, day, count(*) from (
      select v.context_id, v.arm, (array['bot', 'too-fast', 'unlikely-time'])[v.mark] collate "C" as reason, v.day
      from visit v join forage.contexts o on o.id = v.context_id where v.mark > 0
      union all
      select context_id, arm, reason, day from judged where reason is not null
    ) left_out_visits
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (context_id, arm, reason, day) do update set visits = t.visits + excluded.visits
  ),
  into_visitors as (
    insert into visitor_days as t select * from visitor_counts order by 1, 2, 3, 4
    on conflict (context_id, arm, visitor, day) do update set
      shown = t.shown + excluded.shown, shown_clicked = t.shown_clicked + excluded.shown_clicked,
      slates = t.slates + excluded.slates, clicked = t.clicked + excluded.clicked
  ),
  into_networks as (
    insert into network_days as t (context_id, arm, network, day, shown, shown_clicked)
    select context_id, arm, network, day, count(*), count(*) filter (where is_clicked)
    from judged group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (context_id, arm, network, day) do update set
      shown = t.shown + excluded.shown, shown_clicked = t.shown_clicked + excluded.shown_clicked
  ),
  into_sources as (
    insert into item_sources as t
    select context_id, arm, item_id, is_network, source, day, count(*)
    from shown cross join lateral (values (false, visitor), (true, network)) origin (is_network, source)
    where is_click
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    on conflict (context_id, arm, item_id, is_network, source, day) do update set clicks = t.clicks + excluded.clicks
  ),
  into_sums as (
    insert into visitor_sums as t
    select context_id, arm,
      count(*) filter (where before.slates = 0), sum(added.slates), sum(added.clicked),
      -- (b + a)^2 - b^2
      sum(added.slates * (2 * before.slates + added.slates)),
      sum(added.clicked * (2 * before.clicked + added.clicked)),
      sum((before.slates + added.slates) * (before.clicked + added.clicked) - before.slates * before.clicked)
    from (
      select context_id, arm, visitor, sum(slates)::bigint as slates, sum(clicked)::bigint as clicked
      from visitor_counts where slates > 0 group by 1, 2, 3
    ) added
    cross join lateral (
      select coalesce(sum(d.slates), 0)::bigint as slates, coalesce(sum(d.clicked), 0)::bigint as clicked
      from visitor_days d
      where d.context_id = added.context_id and d.arm = added.arm and d.visitor = added.visitor
    ) before
    group by 1, 2 order by 1, 2
    on conflict (context_id, arm) do update set
      visitors = t.visitors + excluded.visitors, slates = t.slates + excluded.slates,
      clicked = t.clicked + excluded.clicked, slates_squared = t.slates_squared + excluded.slates_squared,
      clicked_squared = t.clicked_squared + excluded.clicked_squared,
      slates_times_clicked = t.slates_times_clicked + excluded.slates_times_clicked
  )
  select count(*) into total from visit;
  return total;
end
$$;
