export const name = 'times of stretches'

// Of each stretch the times of its own records, of all levels (trail-search/stretch-times.ts). Before, both only grew from block to block, so that one record that was
// ahead of its time led every search to all that came after it. The index is made anew: what the times of older blocks are is known by their records alone.
export const sql = `
delete from trail_postings;
drop table trail_blocks;

-- Level 0 are the blocks: the last one says how many are indexed. One without records has an "earliest" after its "latest".
create table trail_stretches (
  level integer not null,
  number integer not null,
  earliest integer not null,
  latest integer not null,
  constraint trail_stretches_pk primary key (level, number)
) strict, without rowid;
`
