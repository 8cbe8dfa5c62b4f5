export const name = 'recordings'

// No reference to instances: what was done on a host is known after it was forgotten.
export const sql = `
create table recordings (
  place integer not null constraint recordings_pk primary key autoincrement,
  recording_id text not null constraint recordings_id_unique unique,
  terminal_id text not null,
  instance_id text not null,
  instance_name text,
  os_user text not null,
  principal_id text not null,
  principal_arn text not null,
  user_name text not null,
  owner text,
  request_id text not null,
  started_at integer not null,
  cols integer not null,
  rows integer not null,
  has_input integer not null constraint recordings_has_input check (has_input in (0, 1)),
  sealed_key text not null,
  kept_in text not null constraint recordings_kept_in check (kept_in in ('directory', 's3')),
  state text not null constraint recordings_state check (state in ('running', 'finished', 'cut-off', 'failed')),
  ended_at integer,
  duration_ms integer,
  because text,
  bytes integer,
  stored_bytes integer,
  chunks integer,
  sha256 text,
  trail_seq integer,
  chunk_index blob,
  constraint recordings_whole_end check ((state = 'running') = (ended_at is null)
    and (ended_at is null) = (duration_ms is null) and (ended_at is null) = (because is null)
    and (ended_at is null) = (bytes is null) and (ended_at is null) = (stored_bytes is null)
    and (ended_at is null) = (chunks is null) and (ended_at is null) = (sha256 is null)
    and (ended_at is null) = (trail_seq is null) and (ended_at is null) = (chunk_index is null)),
  constraint recordings_moved_when_over check (kept_in = 'directory' or ended_at is not null)
) strict;
create index recordings_running on recordings (place) where ended_at is null;
create index recordings_by_end on recordings (ended_at) where ended_at is not null;
create index recordings_to_move on recordings (place) where kept_in = 'directory';
create index recordings_by_instance on recordings (instance_id, place);
create index recordings_by_owner on recordings (owner, place) where owner is not null;
create index recordings_by_user on recordings (user_name, place);
create index recordings_by_terminal on recordings (terminal_id);
`
