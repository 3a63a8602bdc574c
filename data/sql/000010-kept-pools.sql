-- Visits of the current iteration's pool that later iterations, which left it as it was, were planned on. The due
-- rule counts on from there.
alter table forage.arms add column visits_before bigint not null default 0;
