export const name = 'unrecorded sessions'

// Sessions that their host told of beyond what is recorded of one host are on the list all the same while they are open. How many are open is counted apart for those
// that a push explains, so that no other logins take their room.
export const sql = `
alter table ssh_sessions add column unrecorded integer not null default 0
  constraint ssh_sessions_unrecorded_or_not check (unrecorded in (0, 1));
drop index ssh_sessions_active;
-- With all that is asked of them, so that counting reads no rows.
create index ssh_sessions_active on ssh_sessions (instance_id, request_id, ended_at) where ended_at is null;
-- In the order in which they are gone through, past any number of those that ended.
create index ssh_sessions_active_by_place on ssh_sessions (place) where ended_at is null;
create index ssh_sessions_unrecorded_active on ssh_sessions (instance_id, ended_at, unrecorded) where unrecorded = 1 and ended_at is null;
create index ssh_sessions_unrecorded_by_end on ssh_sessions (instance_id, ended_at, unrecorded) where unrecorded = 1 and ended_at is not null;
`
