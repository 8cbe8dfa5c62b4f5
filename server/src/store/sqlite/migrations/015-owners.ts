export const name = 'owners'

// Sessions are made anew: an id is its host's alone, so that no host can take another's, and whose own each is stands in it. Of those from before it is what the unique id of
// who pushed says, where that is one person's: a user's or root's. The id of a role's session is its name, which many can have: those are nobody's own.
//
// Recordings go by the same rule (domain/src/owner.ts), which has the role in it.
export const sql = `
create table new_ssh_sessions (
  place integer not null constraint ssh_sessions_pk primary key autoincrement,
  session_id text not null,
  instance_id text not null,
  os_user text not null,
  uid integer,
  method text not null,
  seen_by text not null,
  fingerprint text,
  address text,
  port integer,
  pid integer not null,
  started_at integer not null,
  request_id text,
  principal_id text,
  principal_arn text,
  user_name text,
  owner text constraint ssh_sessions_owner_is_somebody check (owner <> ''),
  ends_with_right integer,
  unexplained text,
  ending text,
  ended_at integer,
  ended_not_before integer,
  constraint ssh_sessions_told_once unique (session_id, instance_id),
  constraint ssh_sessions_whole_grant check ((request_id is null) = (principal_id is null)
    and (request_id is null) = (principal_arn is null) and (request_id is null) = (user_name is null)
    and (request_id is null) = (ends_with_right is null) and (owner is null or request_id is not null)),
  constraint ssh_sessions_one_explanation check (request_id is null or unexplained is null),
  constraint ssh_sessions_whole_end check ((ending is null) = (ended_at is null)
    and (ended_not_before is null or ending is not null))
) strict;
insert into new_ssh_sessions
  select place, session_id, instance_id, os_user, uid, method, seen_by, fingerprint, address, port, pid, started_at, request_id,
    principal_id, principal_arn, user_name, case when instr(principal_id, ':') = 0 then principal_id end, ends_with_right,
    unexplained, ending, ended_at, ended_not_before
  from ssh_sessions;
-- Places never come again, also those of sessions that were forgotten.
delete from sqlite_sequence where name = 'new_ssh_sessions';
update sqlite_sequence set name = 'new_ssh_sessions' where name = 'ssh_sessions';
drop table ssh_sessions;
alter table new_ssh_sessions rename to ssh_sessions;
create index ssh_sessions_active on ssh_sessions (instance_id) where ended_at is null;
create index ssh_sessions_by_end on ssh_sessions (ended_at) where ended_at is not null;
create index ssh_sessions_by_instance on ssh_sessions (instance_id, place);
create index ssh_sessions_by_owner on ssh_sessions (owner, place) where owner is not null;
create index ssh_sessions_by_user on ssh_sessions (user_name, place) where user_name is not null;
create index ssh_sessions_by_os_user on ssh_sessions (os_user, place);

update recordings set owner = substr(principal_id, 1, instr(principal_id, ':') - 1) || ' ' || owner
  where owner is not null and instr(principal_id, ':') > 0;
`
