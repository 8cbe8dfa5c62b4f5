export const name = 'accesses'

// What each user and role asked for, and when last: a row for each action, so that last-accessed reports read no trail. Not told of what was before.
export const sql = `
create table accesses (
  entity_id text not null
    constraint accesses_entity references entities (id) on delete cascade
    constraint accesses_holder check (substr(entity_id, 1, 4) in ('AIDA', 'AROA')),
  service text not null,
  action text not null,
  at integer not null,
  constraint accesses_pk primary key (entity_id, service, action)
) strict, without rowid;
insert into settings (name, value) values ('accesses-since', cast(unixepoch() * 1000 as text));
`
