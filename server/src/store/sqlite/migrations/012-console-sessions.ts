export const name = 'sessions of the console'

export const sql = `
-- Of those that a browser has: when it was last used, a minute behind at most.
alter table sessions add column last_used_at integer;
`
