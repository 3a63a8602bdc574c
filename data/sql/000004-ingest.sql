-- Stores events. One letter an event, in order: a stored, d duplicate, x expired; null when all were stored.
--
-- The lock is shared with other calls and against the advance of `sealed-to`, which takes it alone: whoever reads
-- the mark under it stores before the mark moves on. Rows go in by key, so that two calls never wait for each other
-- in a circle. `one_by_one` is for events of which some have the key of another in the same call: the first stays.
create function forage.ingest_events(
  one_by_one boolean, days integer[], slate_ids text[], are_clicks boolean[], positions smallint[], event_ids text[],
  context_ids integer[], arms text[], versions integer[], items text[], are_thompson boolean[],
  are_uniform boolean[], marks smallint[], propensities double precision[], issued bigint[], closes bigint[],
  occurred bigint[], received bigint[], visitors text[], networks text[]
) returns text language plpgsql as $$
declare
  sealed bigint;
  outcomes text;
  i integer;
  stored integer;
begin
  perform pg_advisory_xact_lock_shared(1718579809, 1);
  select value into sealed from forage.marks where name = 'sealed-to';
  if one_by_one then
    outcomes := '';
    for i in 1 .. cardinality(days) loop
      if closes[i] <= sealed then
        outcomes := outcomes || 'x';
        continue;
      end if;
      insert into forage.events (
        issued_at_ms, closes_at_ms, occurred_at_ms, received_at_ms, propensity, day, context_id, version, position,
        mark, is_click, is_uniform, is_thompson, arm, item_ids, slate_id, event_id, visitor, network
      ) values (
        issued[i], closes[i], occurred[i], received[i], propensities[i], days[i], context_ids[i], versions[i],
        positions[i], marks[i], are_clicks[i], are_uniform[i], are_thompson[i], arms[i], items[i], slate_ids[i],
        event_ids[i], visitors[i], networks[i]
      ) on conflict do nothing;
      get diagnostics stored = row_count;
      outcomes := outcomes || case when stored = 1 then 'a' else 'd' end;
    end loop;
    return outcomes;
  end if;
  with stored as (
    insert into forage.events (
      issued_at_ms, closes_at_ms, occurred_at_ms, received_at_ms, propensity, day, context_id, version, position,
      mark, is_click, is_uniform, is_thompson, arm, item_ids, slate_id, event_id, visitor, network
    )
    select
      issued_at_ms, closes_at_ms, occurred_at_ms, received_at_ms, propensity, day, context_id, version, position,
      mark, is_click, is_uniform, is_thompson, arm, item_ids, slate_id, event_id, visitor, network
    from unnest(
      issued, closes, occurred, received, propensities, days, context_ids, versions, positions, marks, are_clicks,
      are_uniform, are_thompson, arms, items, slate_ids, event_ids, visitors, networks
    ) as given (
      issued_at_ms, closes_at_ms, occurred_at_ms, received_at_ms, propensity, day, context_id, version, position,
      mark, is_click, is_uniform, is_thompson, arm, item_ids, slate_id, event_id, visitor, network
    )
    where closes_at_ms > sealed
    order by slate_id collate "C", is_click, position
    on conflict do nothing
    returning slate_id, is_click, position
  )
  select case when (select count(*) from stored) < cardinality(days) then (
    select string_agg(
      case when closes_at_ms <= sealed then 'x' when s.slate_id is null then 'd' else 'a' end, '' order by number
    )
    from unnest(slate_ids, are_clicks, positions, closes)
      with ordinality as given (slate_id, is_click, position, closes_at_ms, number)
    left join stored s
      on s.slate_id = given.slate_id collate "C" and s.is_click = given.is_click and s.position = given.position
  ) end
  into outcomes;
  return outcomes;
end
$$;

-- Waits for the calls of `ingest_events` that are under way, and keeps others waiting for this short transaction.
create function forage.seal_to(to_ms bigint) returns void language plpgsql as $$
begin
  if exists (select from forage.marks where name = 'sealed-to' and value >= to_ms) then
    return;
  end if;
  perform pg_advisory_xact_lock(1718579809, 1);
  update forage.marks set value = greatest(value, to_ms) where name = 'sealed-to';
end
$$;
