export const name =
  'groups, roles, managed policies, sessions, passwords, second factors, providers'

// The first four letters of an id say its kind, so a reference can demand a kind without a second column.

export const sql = `
create table entities (
  id text not null constraint entities_pk primary key,
  kind text not null constraint entities_kind
    check (kind in ('user', 'group', 'role', 'policy', 'provider', 'mfa', 'profile')),
  name text not null collate nocase constraint entities_name_not_empty check (name <> ''),
  path text not null constraint entities_path
    check (substr(path, 1, 1) = '/' and substr(path, -1, 1) = '/'),
  owned_by_aws integer not null default 0 constraint entities_owned_by_aws
    check (owned_by_aws in (0, 1) and (owned_by_aws = 0 or kind = 'policy')),
  created_at integer not null,
  boundary_id text constraint entities_boundary references policies (policy_id),
  constraint entities_name_unique unique (kind, owned_by_aws, name),
  constraint entities_id_says_kind check (substr(id, 1, 4) = case kind
    when 'user' then 'AIDA' when 'group' then 'AGPA' when 'role' then 'AROA'
    when 'policy' then 'ANPA' when 'provider' then 'AOIP' when 'mfa' then 'AMFA'
    when 'profile' then 'AIPA' end),
  constraint entities_bounded check (boundary_id is null or kind in ('user', 'role'))
) strict;
create index entities_by_boundary on entities (boundary_id) where boundary_id is not null;

-- folded_key: the key in lower case by Unicode's rules, which collations here do not know.
create table entity_tags (
  entity_id text not null constraint entity_tags_entity references entities (id) on delete cascade,
  folded_key text not null,
  key text not null,
  value text not null,
  constraint entity_tags_pk primary key (entity_id, folded_key)
) strict, without rowid;

create table group_members (
  user_id text not null
    constraint group_members_user references entities (id) on delete cascade
    constraint group_members_is_user check (substr(user_id, 1, 4) = 'AIDA'),
  group_id text not null
    constraint group_members_group references entities (id) on delete cascade
    constraint group_members_is_group check (substr(group_id, 1, 4) = 'AGPA'),
  constraint group_members_pk primary key (user_id, group_id)
) strict, without rowid;
create index group_members_by_group on group_members (group_id);

create table roles (
  role_id text not null constraint roles_pk primary key
    constraint roles_entity references entities (id) on delete cascade
    constraint roles_is_role check (substr(role_id, 1, 4) = 'AROA'),
  trust_policy text not null,
  description text not null,
  max_session_seconds integer not null constraint roles_max_session
    check (max_session_seconds between 3600 and 43200),
  last_used_at integer
) strict;

-- A profile has one role at most.
create table profile_roles (
  profile_id text not null constraint profile_roles_pk primary key
    constraint profile_roles_profile references entities (id) on delete cascade
    constraint profile_roles_is_profile check (substr(profile_id, 1, 4) = 'AIPA'),
  role_id text not null
    constraint profile_roles_role references roles (role_id) on delete cascade
) strict, without rowid;
create index profile_roles_by_role on profile_roles (role_id);

create table policy_versions (
  policy_id text not null
    constraint policy_versions_policy references entities (id) on delete cascade
    constraint policy_versions_is_policy check (substr(policy_id, 1, 4) = 'ANPA'),
  version integer not null constraint policy_versions_from_one check (version >= 1),
  document text not null,
  created_at integer not null,
  constraint policy_versions_pk primary key (policy_id, version)
) strict;

-- last_version only grows: the number of a version that was deleted is not given again.
create table policies (
  policy_id text not null constraint policies_pk primary key
    constraint policies_entity references entities (id) on delete cascade,
  description text not null,
  default_version integer not null,
  last_version integer not null,
  updated_at integer not null,
  constraint policies_default_version
    foreign key (policy_id, default_version) references policy_versions (policy_id, version),
  constraint policies_last_version check (last_version >= default_version)
) strict;

create table attachments (
  entity_id text not null
    constraint attachments_entity references entities (id) on delete cascade
    constraint attachments_holder check (substr(entity_id, 1, 4) in ('AIDA', 'AGPA', 'AROA')),
  policy_id text not null constraint attachments_policy references policies (policy_id),
  constraint attachments_pk primary key (entity_id, policy_id)
) strict, without rowid;
create index attachments_by_policy on attachments (policy_id);

create table inline_policies (
  entity_id text not null
    constraint inline_policies_entity references entities (id) on delete cascade
    constraint inline_policies_holder check (substr(entity_id, 1, 4) in ('AIDA', 'AGPA', 'AROA')),
  policy_name text not null,
  document text not null,
  constraint inline_policies_pk primary key (entity_id, policy_name)
) strict, without rowid;

create table providers (
  provider_id text not null constraint providers_pk primary key
    constraint providers_entity references entities (id) on delete cascade
    constraint providers_is_provider check (substr(provider_id, 1, 4) = 'AOIP'),
  url text not null,
  client_ids text not null constraint providers_client_ids_json check (json_valid(client_ids)),
  thumbprints text not null constraint providers_thumbprints_json check (json_valid(thumbprints)),
  claim_tags text not null constraint providers_claim_tags_json check (json_valid(claim_tags))
) strict;

create table mfa_devices (
  device_id text not null constraint mfa_devices_pk primary key
    constraint mfa_devices_entity references entities (id) on delete cascade
    constraint mfa_devices_is_device check (substr(device_id, 1, 4) = 'AMFA'),
  sealed_seed text not null,
  user_id text
    constraint mfa_devices_user references entities (id)
    constraint mfa_devices_is_users check (substr(user_id, 1, 4) = 'AIDA'),
  enabled_at integer,
  -- The last time step that was used up; only grows.
  used_step integer,
  constraint mfa_devices_whole
    check ((user_id is null) = (enabled_at is null) and (used_step is null) <= (user_id is null))
) strict;
create index mfa_devices_by_user on mfa_devices (user_id) where user_id is not null;

create table recovery_codes (
  user_id text not null
    constraint recovery_codes_user references entities (id) on delete cascade
    constraint recovery_codes_is_user check (substr(user_id, 1, 4) = 'AIDA'),
  hash text not null,
  constraint recovery_codes_pk primary key (user_id, hash)
) strict, without rowid;

create table passwords (
  user_id text not null constraint passwords_pk primary key
    constraint passwords_user references entities (id) on delete cascade
    constraint passwords_is_user check (substr(user_id, 1, 4) = 'AIDA'),
  hash text not null,
  reset_required integer not null constraint passwords_reset_required check (reset_required in (0, 1)),
  created_at integer not null,
  changed_at integer not null,
  earlier text not null constraint passwords_earlier_json check (json_valid(earlier)),
  last_used_at integer
) strict;

create table tries (
  key text not null constraint tries_pk primary key,
  until integer not null,
  used integer not null constraint tries_used check (used >= 1)
) strict, without rowid;
create index tries_by_until on tries (until);

insert into entities (id, kind, name, path, created_at)
  select user_id, 'user', user_name, '/', created_at from users;
insert into inline_policies (entity_id, policy_name, document)
  select user_id, policy_name, document from user_policies;

alter table access_keys rename to old_access_keys;
create table access_keys (
  access_key_id text not null constraint access_keys_pk primary key,
  user_id text
    constraint access_keys_user references entities (id) on delete cascade
    constraint access_keys_is_users check (substr(user_id, 1, 4) = 'AIDA'),
  sealed_secret text not null,
  status text not null constraint access_keys_status check (status in ('Active', 'Inactive')),
  created_at integer not null,
  last_used_at integer,
  last_used_service text,
  last_used_region text,
  constraint access_keys_whole_use check ((last_used_at is null) = (last_used_service is null)
    and (last_used_at is null) = (last_used_region is null))
) strict;
insert into access_keys (access_key_id, user_id, sealed_secret, status, created_at)
  select access_key_id, user_id, sealed_secret, status, created_at from old_access_keys;
drop table old_access_keys;
create index access_keys_by_user on access_keys (user_id);
drop table user_policies;
drop table users;

-- No cascade leads here on purpose. Whatever a session hangs on cannot go while the session is there, so nobody can forget to end it;
-- and a chain of thousands of sessions cannot exhaust the depth of cascades and so keep its first key from being deleted.
create table sessions (
  access_key_id text not null constraint sessions_pk primary key
    constraint sessions_key check (substr(access_key_id, 1, 4) = 'ASIA'),
  token_hash text not null,
  sealed_secret text not null,
  -- Null: root's, which stands on a key of root and nothing else.
  entity_id text
    constraint sessions_entity references entities (id)
    constraint sessions_of_user_or_role check (substr(entity_id, 1, 4) in ('AIDA', 'AROA')),
  parent_access_key_id text constraint sessions_parent_key references access_keys (access_key_id),
  parent_session_id text constraint sessions_parent_session references sessions (access_key_id),
  provider_id text constraint sessions_provider references providers (provider_id),
  issued_at integer not null,
  expires_at integer not null,
  limits text not null constraint sessions_limits_json check (json_valid(limits)),
  constraint sessions_of_root check (entity_id is not null or (parent_access_key_id is not null
    and parent_session_id is null and provider_id is null)),
  constraint sessions_one_parent check (parent_access_key_id is null or parent_session_id is null)
) strict;
create index sessions_by_entity on sessions (entity_id, issued_at);
create index sessions_by_parent_key on sessions (parent_access_key_id)
  where parent_access_key_id is not null;
create index sessions_by_parent_session on sessions (parent_session_id)
  where parent_session_id is not null;
create index sessions_by_provider on sessions (provider_id) where provider_id is not null;
create index sessions_by_expiry on sessions (expires_at);
`
