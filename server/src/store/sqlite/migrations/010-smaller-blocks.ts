export const name = 'smaller blocks'

// The index is made anew, in blocks of 64 records instead of 256 (trail-search/layout.ts): a row of it is one page, where it was four.
export const sql = `
delete from trail_postings;
delete from trail_blocks;
`
