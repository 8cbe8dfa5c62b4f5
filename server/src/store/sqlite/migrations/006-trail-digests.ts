export const name = 'trail digests'

export const sql = `
create table trail_digests (
  number integer not null constraint trail_digests_pk primary key,
  end_time integer not null,
  first_seq integer not null,
  last_seq integer not null,
  last_hash text not null,
  object text not null constraint trail_digests_object_unique unique,
  digest text not null constraint trail_digests_json check (json_valid(digest)),
  signature text not null,
  constraint trail_digests_range check (last_seq >= first_seq - 1)
) strict;
create index trail_digests_by_end on trail_digests (end_time);

-- The trail that is kept begins after this record, which that digest signs.
create table trail_base (
  one integer not null constraint trail_base_pk primary key constraint trail_base_is_one_row check (one = 1),
  seq integer not null,
  hash text not null,
  digest_number integer not null
) strict;
insert into trail_base (one, seq, hash, digest_number)
  values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);
create trigger trail_base_advances before update on trail_base
when new.seq < old.seq or new.digest_number < old.digest_number
begin
  select raise(abort, 'the trail that is kept cannot begin earlier again');
end;
create trigger trail_base_stays before delete on trail_base
begin
  select raise(abort, 'the trail has a beginning');
end;

create trigger trail_digests_follow before insert on trail_digests
begin
  select raise(abort, 'the digest does not follow the last one') from (
    select coalesce(max(number), 0) as number, coalesce(max(last_seq), 0) as seq,
      coalesce(max(end_time), -1) as end_time
    from trail_digests
  ) last where new.number <> last.number + 1 or new.first_seq <> last.seq + 1 or new.end_time <= last.end_time;
  select raise(abort, 'the digest does not end in a record of the trail')
  where new.last_seq >= new.first_seq
    and not exists (select 1 from trail where seq = new.last_seq and hash = new.last_hash);
end;
create trigger trail_digests_stand before update on trail_digests
begin
  select raise(abort, 'a digest is never changed');
end;
create trigger trail_digests_stay before delete on trail_digests
when old.number >= (select digest_number from trail_base)
begin
  select raise(abort, 'a digest stays as long as what it signs');
end;

-- Instead of: nothing may go. What a signed digest still proves may, up to the base.
drop trigger trail_rows_stay;
create trigger trail_rows_stay before delete on trail
when old.seq > (select seq from trail_base)
begin
  select raise(abort, 'the trail is append-only');
end;

-- Who may look at everything may look at this too.
drop trigger policy_versions_of_aws_stand;
update policy_versions
  set document = replace(
    document,
    '"cloudtrail:LookupEvents"',
    '"cloudtrail:DescribeTrails","cloudtrail:GetTrailStatus","cloudtrail:ListPublicKeys","cloudtrail:LookupEvents"'
  )
  where policy_id in (select id from entities where owned_by_aws = 1);
create trigger policy_versions_of_aws_stand before update on policy_versions
when (select owned_by_aws from entities where id = old.policy_id) = 1
begin
  select raise(abort, 'policies of AWS cannot be changed');
end;

-- Up to which digest each export and anchor has them all.
create table trail_deliveries (
  destination text not null constraint trail_deliveries_pk primary key,
  number integer not null
) strict;
`
