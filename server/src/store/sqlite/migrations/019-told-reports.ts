export const name = 'told-reports'

// What hosts report, by its id there: told again after a lost answer, it is recorded no second time. Goes with the record that it was made.
export const sql = `
create table told_reports (
  report text not null constraint told_reports_pk primary key,
  seq integer not null
) strict, without rowid;
create index told_reports_by_seq on told_reports (seq);
`
