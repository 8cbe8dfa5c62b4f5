export const name = 'alarms'

// The index is made anew: alarms are found by it (domain/src/trail-search.ts), also those of before.
export const sql = `
delete from trail_postings;
delete from trail_stretches;
`
