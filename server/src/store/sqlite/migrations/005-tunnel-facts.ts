export const name = 'tunnel facts'

// Facts say two things more. An agent that has not said them yet has reported only addresses at which sshd answers, and opens no tunnels.
//
// Instances are found by the address that a tunnel is to lead to; the schema keeps these rows, so that no write of facts can forget them.
export const sql = `
update instances set facts = json_set(
  facts,
  '$.sshAddresses', (
    select json_group_array(value) from (
      select value from json_each(facts, '$.addresses4')
      union all select value from json_each(facts, '$.addresses6')
    )
  ),
  '$.tunnelPorts', json('[]')
);

create table instance_addresses (
  address text not null,
  instance_id text not null
    constraint instance_addresses_instance references instances (instance_id) on delete cascade,
  constraint instance_addresses_pk primary key (address, instance_id)
) strict, without rowid;
create index instance_addresses_of_instance on instance_addresses (instance_id);

insert or ignore into instance_addresses (address, instance_id)
  select value, instance_id from instances, json_each(facts, '$.addresses4')
  union select value, instance_id from instances, json_each(facts, '$.addresses6');

create trigger instance_addresses_of_new after insert on instances begin
  insert or ignore into instance_addresses (address, instance_id)
    select value, new.instance_id from json_each(new.facts, '$.addresses4')
    union select value, new.instance_id from json_each(new.facts, '$.addresses6');
end;

create trigger instance_addresses_of_changed after update of facts on instances begin
  delete from instance_addresses where instance_id = new.instance_id;
  insert or ignore into instance_addresses (address, instance_id)
    select value, new.instance_id from json_each(new.facts, '$.addresses4')
    union select value, new.instance_id from json_each(new.facts, '$.addresses6');
end;
`
