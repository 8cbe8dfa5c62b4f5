export const name = 'security groups'

export const sql = `
create table security_groups (
  group_id text not null constraint security_groups_pk primary key,
  site text not null,
  name text not null,
  description text not null,
  created_at integer not null,
  tags text not null constraint security_groups_tags_json check (json_valid(tags)),
  -- At most some dozens, always read and sent together.
  rules text not null constraint security_groups_rules_json check (json_valid(rules)),
  constraint security_groups_one_name_per_site unique (site, name)
) strict;

-- Also to instances that are pending, so that their hosts have them from the first moment: no reference to instances.
create table instance_security_groups (
  instance_id text not null,
  group_id text not null
    constraint instance_security_groups_group references security_groups (group_id) on delete cascade,
  place integer not null,
  constraint instance_security_groups_pk primary key (instance_id, group_id)
) strict, without rowid;
create index instance_security_groups_of_group on instance_security_groups (group_id);

-- What was sent last to each host, and its number.
create table host_rules (
  instance_id text not null constraint host_rules_pk primary key,
  revision integer not null,
  digest text not null
) strict;

create table observed_ingress (
  instance_id text not null,
  address text not null,
  port integer not null,
  outcome text not null constraint observed_ingress_outcome check (outcome in ('let-in', 'cut')),
  attempts integer not null,
  first_at integer not null,
  last_at integer not null,
  constraint observed_ingress_pk primary key (instance_id, address, port, outcome)
) strict, without rowid;

-- A pending instance keeps its id when a host joins as it; only one that is forgotten leaves its groups.
create trigger security_groups_of_forgotten after delete on instances begin
  delete from instance_security_groups where instance_id = old.instance_id;
  delete from host_rules where instance_id = old.instance_id;
  delete from observed_ingress where instance_id = old.instance_id;
end;
`
