export const name = 'ssh sessions'

// Made of what the trail has too, so that what is open now can be found without reading it all. No reference to instances: what was done on
// a host is known after it was forgotten.
export const sql = `
create table ssh_sessions (
  place integer not null constraint ssh_sessions_pk primary key autoincrement,
  session_id text not null constraint ssh_sessions_id_unique unique,
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
  ends_with_right integer,
  unexplained text,
  ending text,
  ended_at integer,
  ended_not_before integer,
  constraint ssh_sessions_whole_grant check ((request_id is null) = (principal_id is null)
    and (request_id is null) = (principal_arn is null) and (request_id is null) = (user_name is null)
    and (request_id is null) = (ends_with_right is null)),
  constraint ssh_sessions_one_explanation check (request_id is null or unexplained is null),
  constraint ssh_sessions_whole_end check ((ending is null) = (ended_at is null)
    and (ended_not_before is null or ending is not null))
) strict;
create index ssh_sessions_active on ssh_sessions (instance_id) where ended_at is null;
create index ssh_sessions_by_end on ssh_sessions (ended_at) where ended_at is not null;
create index ssh_sessions_by_instance on ssh_sessions (instance_id, place);
create index ssh_sessions_by_principal on ssh_sessions (principal_id, place) where principal_id is not null;
create index ssh_sessions_by_user on ssh_sessions (user_name, place) where user_name is not null;
create index ssh_sessions_by_os_user on ssh_sessions (os_user, place);
`
