export const name = 'endpoints and launches'

export const sql = `
create table endpoints (
  endpoint_id text not null constraint endpoints_pk primary key,
  site text not null constraint endpoints_one_per_site unique,
  created_at integer not null,
  client_token text,
  tags text not null constraint endpoints_tags_json check (json_valid(tags)),
  ip_address_type text not null
    constraint endpoints_ip_address_type check (ip_address_type in ('ipv4', 'dualstack', 'ipv6')),
  security_group_ids text not null
    constraint endpoints_security_group_ids_json check (json_valid(security_group_ids))
) strict;

create table pending_instances (
  instance_id text not null constraint pending_instances_pk primary key,
  tags text not null constraint pending_instances_tags_json check (json_valid(tags)),
  launch text not null constraint pending_instances_launch_json check (json_valid(launch)),
  launched_at integer not null,
  expires_at integer not null,
  created_by text not null,
  sealed_user_data text
) strict;

-- Launches that may be asked for again: what the first call made.
create table launch_requests (
  client_token text not null constraint launch_requests_pk primary key,
  request_hash text not null,
  reservation_id text not null,
  instance_ids text not null
    constraint launch_requests_instance_ids_json check (json_valid(instance_ids)),
  until integer not null
) strict;

alter table instances add column launch text
  constraint instances_launch_json check (launch is null or json_valid(launch));

-- The pending instance that a token is for: whoever redeems it becomes that one.
alter table join_tokens add column for_instance_id text;
create index join_tokens_of_pending on join_tokens (for_instance_id) where for_instance_id is not null;
`
