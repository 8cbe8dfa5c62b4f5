export const name = 'trail search'

// What the trail is found by, made from its rows in blocks of 256 after the answers went out (trail-search/layout.ts). An index with a row per value and record, as
// there was, grows by a page for each value that is new.
export const sql = `
drop table trail_by;
drop table trail_minutes;

-- The blocks that are indexed. Both times only grow from block to block: no record from here on is of before "earliest", none up to
-- here is of after "latest".
create table trail_blocks (
  block integer not null constraint trail_blocks_pk primary key,
  earliest integer not null,
  latest integer not null
) strict;
create index trail_blocks_by_earliest on trail_blocks (earliest);
create index trail_blocks_by_latest on trail_blocks (latest);

-- place: see placeOf in trail-search/layout.ts; postings: see trail-search/postings.ts
create table trail_postings (
  place integer not null constraint trail_postings_pk primary key,
  postings blob not null
) strict;

-- Who could look up the trail still can, by the operation that took the other's place.
drop trigger policy_versions_of_aws_stand;
update policy_versions set document = replace(document, '"fleetkey:LookupEvents"', '"fleetkey:SearchEvents"')
  where policy_id in (select id from entities where owned_by_aws = 1);
create trigger policy_versions_of_aws_stand before update on policy_versions
when (select owned_by_aws from entities where id = old.policy_id) = 1
begin
  select raise(abort, 'policies of AWS cannot be changed');
end;
`
