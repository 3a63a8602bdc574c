-- Contexts whose import has begun and not ended yet: they still take events of their past.

create table forage.imports (
  context_id integer primary key references forage.contexts on delete cascade
);
