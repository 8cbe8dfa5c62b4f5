export const name = 'first tables'

export const sql = `
create table settings (
  name text not null constraint settings_pk primary key,
  value text not null
) strict, without rowid;

create table security (
  one integer not null constraint security_pk primary key constraint security_is_one_row check (one = 1),
  version integer not null
) strict;
insert into security (one, version) values (1, 0);

create table instances (
  instance_id text not null constraint instances_pk primary key,
  agent_key text not null,
  enrolled_at integer not null,
  facts text not null constraint instances_facts_json check (json_valid(facts))
) strict;

create table instance_tags (
  instance_id text not null
    constraint instance_tags_instance references instances (instance_id) on delete cascade,
  key text not null,
  value text not null,
  constraint instance_tags_pk primary key (instance_id, key)
) strict, without rowid;

create table join_tokens (
  join_token_id text not null constraint join_tokens_pk primary key,
  secret_hash text not null constraint join_tokens_secret_unique unique,
  tags text not null constraint join_tokens_tags_json check (json_valid(tags)),
  created_by text not null,
  created_at integer not null,
  expires_at integer not null,
  state text not null constraint join_tokens_state check (state in ('unused', 'used', 'revoked')),
  instance_id text,
  constraint join_tokens_used_by check ((state = 'used') = (instance_id is not null))
) strict;

create table users (
  user_id text not null constraint users_pk primary key,
  user_name text not null collate nocase constraint users_name_unique unique,
  created_at integer not null
) strict;

create table user_policies (
  user_id text not null constraint user_policies_user references users (user_id) on delete cascade,
  policy_name text not null,
  document text not null,
  constraint user_policies_pk primary key (user_id, policy_name)
) strict, without rowid;

create table access_keys (
  access_key_id text not null constraint access_keys_pk primary key,
  user_id text constraint access_keys_user references users (user_id) on delete cascade,
  sealed_secret text not null,
  status text not null constraint access_keys_status check (status in ('Active', 'Inactive')),
  created_at integer not null
) strict;
create index access_keys_by_user on access_keys (user_id);

create table trail (
  seq integer not null constraint trail_pk primary key,
  hash text not null,
  event_id text not null,
  request_id text not null,
  phase text not null constraint trail_phase check (phase in ('intent', 'outcome', 'complete')),
  time integer not null,
  event_name text not null,
  read_only integer not null constraint trail_read_only check (read_only in (0, 1)),
  user_name text not null,
  resource text not null,
  error_code text not null,
  record text not null
) strict;
-- Against our own mistakes; who owns the file can drop these, and then the chain tells.
create trigger trail_rows_stand before update on trail
begin
  select raise(abort, 'the trail is append-only');
end;
create trigger trail_rows_stay before delete on trail
begin
  select raise(abort, 'the trail is append-only');
end;

-- Apart from the rows, so that a tail that was cut off shows.
create table trail_head (
  one integer not null constraint trail_head_pk primary key constraint trail_head_is_one_row check (one = 1),
  seq integer not null,
  hash text not null
) strict;

-- What the trail is found by, made from its rows a thousand at a time (trail-index.ts): up to and with this seq.
create table trail_indexed (
  one integer not null constraint trail_indexed_pk primary key constraint trail_indexed_is_one_row check (one = 1),
  seq integer not null
) strict;
insert into trail_indexed (one, seq) values (1, 0);

-- attribute: see ATTRIBUTES in trail-index.ts
create table trail_by (
  attribute integer not null,
  value text not null,
  seq integer not null,
  constraint trail_by_pk primary key (attribute, value, seq)
) strict, without rowid;

-- Where in the chain the entries of a minute lie, whatever the clock did: makes a time a range of seq.
create table trail_minutes (
  minute integer not null constraint trail_minutes_pk primary key,
  first_seq integer not null,
  last_seq integer not null
) strict;

-- Intents whose outcome is not among the indexed entries.
create table open_intents (
  request_id text not null,
  seq integer not null,
  constraint open_intents_pk primary key (request_id, seq)
) strict, without rowid;

-- Rows lie in the order of arrival, which is nearly the order of expiry: pruning needs no index.
create table replays (
  id integer not null constraint replays_pk primary key,
  key text not null constraint replays_key_unique unique,
  until integer not null,
  status integer,
  body text,
  constraint replays_whole_answer check ((status is null) = (body is null))
) strict;
`
