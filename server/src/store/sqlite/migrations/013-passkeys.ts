export const name = 'passkeys'

export const sql = `
create table passkeys (
  passkey_id text not null constraint passkeys_pk primary key
    constraint passkeys_is_device check (substr(passkey_id, 1, 4) = 'AMFA'),
  user_id text not null
    constraint passkeys_user references entities (id) on delete cascade
    constraint passkeys_is_users check (substr(user_id, 1, 4) = 'AIDA'),
  credential_id text not null constraint passkeys_credential unique,
  public_key text not null,
  rp_id text not null,
  counter integer not null constraint passkeys_counter check (counter >= 0),
  transports text not null constraint passkeys_transports_json check (json_valid(transports)),
  is_synced integer not null constraint passkeys_is_synced check (is_synced in (0, 1)),
  name text not null,
  created_at integer not null,
  last_used_at integer
) strict;
create index passkeys_by_user on passkeys (user_id);

-- What authenticators are to sign, each for one answer.
create table passkey_challenges (
  hash text not null constraint passkey_challenges_pk primary key,
  purpose text not null constraint passkey_challenges_purpose
    check (purpose in ('sign in', 'second factor', 'prove again', 'register')),
  rp_id text not null,
  user_id text constraint passkey_challenges_user references entities (id) on delete cascade,
  expires_at integer not null,
  constraint passkey_challenges_bound check ((purpose = 'sign in') = (user_id is null))
) strict, without rowid;
create index passkey_challenges_by_user on passkey_challenges (user_id, purpose);
create index passkey_challenges_by_end on passkey_challenges (expires_at);
`
