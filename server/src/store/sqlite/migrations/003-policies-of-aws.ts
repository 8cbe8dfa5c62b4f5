export const name = 'managed policies under the names of AWS'

// Documents of the same meaning as AWS's, in our words and with our actions. None can be changed by a query; a later migration that
// must change one drops the triggers first and makes them anew.

/** When they came: the policies are as old as Fleetkey. */
const CREATED_AT = Date.UTC(2026, 10, 22)

interface Seed {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly statement: object
}

const POLICIES: readonly Seed[] = [
  {
    id: 'ANPAAWSADMINISTRATORA',
    name: 'AdministratorAccess',
    description: 'Allows everything.',
    statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  },
  {
    id: 'ANPAAWSREADONLYACCESS',
    name: 'ReadOnlyAccess',
    description: 'Allows to look at everything and to change nothing.',
    statement: {
      Effect: 'Allow',
      Action: [
        'cloudtrail:LookupEvents',
        'ec2:Describe*',
        'fleetkey:CheckAccess',
        'fleetkey:List*',
        'fleetkey:LookupEvents',
        'fleetkey:PreviewPolicyChange',
        'fleetkey:ReadTrail',
        'iam:Get*',
        'iam:List*',
        'iam:Simulate*',
        'sts:GetAccessKeyInfo',
        'sts:GetCallerIdentity',
      ],
      Resource: '*',
    },
  },
  {
    id: 'ANPAAWSIAMFULLACCESSA',
    name: 'IAMFullAccess',
    description: 'Allows everything with users, groups, roles and policies.',
    statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
  },
  {
    id: 'ANPAAWSIAMREADONLYACC',
    name: 'IAMReadOnlyAccess',
    description: 'Allows to look at users, groups, roles and policies.',
    statement: {
      Effect: 'Allow',
      Action: ['iam:Get*', 'iam:List*', 'iam:Simulate*'],
      Resource: '*',
    },
  },
  {
    id: 'ANPAAWSIAMUSERCHANGEP',
    name: 'IAMUserChangePassword',
    description: 'Allows users to change their own password.',
    statement: [
      {
        Effect: 'Allow',
        Action: 'iam:ChangePassword',
        // The name alone for users without a path, the star for those that have one.
        Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'],
      },
      { Effect: 'Allow', Action: 'iam:GetAccountPasswordPolicy', Resource: '*' },
    ],
  },
  {
    id: 'ANPAAWSEC2INSTANCECON',
    name: 'EC2InstanceConnect',
    description: 'Allows to find instances and to push SSH keys to all of them.',
    statement: {
      Effect: 'Allow',
      Action: ['ec2:DescribeInstances', 'ec2-instance-connect:SendSSHPublicKey'],
      Resource: '*',
    },
  },
]

const REFUSE = `select raise(abort, 'policies of AWS cannot be changed')`
const ofAws = (id: string) => `(select owned_by_aws from entities where id = ${id}) = 1`

export const sql = `
${POLICIES.map(insert).join('')}
create trigger entities_of_aws_stand before update on entities when old.owned_by_aws = 1
begin ${REFUSE}; end;
create trigger entities_of_aws_stay before delete on entities when old.owned_by_aws = 1
begin ${REFUSE}; end;
create trigger entities_of_aws_tags before insert on entity_tags when ${ofAws('new.entity_id')}
begin ${REFUSE}; end;
create trigger policies_of_aws_stand before update on policies when ${ofAws('old.policy_id')}
begin ${REFUSE}; end;
create trigger policy_versions_of_aws_come before insert on policy_versions when ${ofAws('new.policy_id')}
begin ${REFUSE}; end;
create trigger policy_versions_of_aws_stand before update on policy_versions when ${ofAws('old.policy_id')}
begin ${REFUSE}; end;
create trigger policy_versions_of_aws_stay before delete on policy_versions when ${ofAws('old.policy_id')}
begin ${REFUSE}; end;
`

function insert({ id, name, description, statement }: Seed): string {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  return `
insert into entities (id, kind, name, path, owned_by_aws, created_at)
  values ('${id}', 'policy', '${name}', '/', 1, ${CREATED_AT});
insert into policy_versions (policy_id, version, document, created_at)
  values ('${id}', 1, '${document}', ${CREATED_AT});
insert into policies (policy_id, description, default_version, last_version, updated_at)
  values ('${id}', '${description}', 1, 1, ${CREATED_AT});
`
}
