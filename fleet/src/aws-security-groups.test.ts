import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { awsCli } from './aws/aws-cli.ts'
import type { AwsClient, AwsOutput } from './aws/aws-client.ts'
import { whyNoAwsCli, whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, withCredentials, type AwsUser } from './aws/aws-user.ts'
import { openBoto3 } from './aws/boto3.ts'
import { openSdk } from './aws/sdk.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import type { EnrolledHost } from './enrolled-host.ts'

// Who keeps security groups with AWS's own clients, unmodified, keeps those of real hosts. The same for each.

const CLIENTS: readonly {
  readonly name: string
  readonly skip: string | undefined
  readonly open: (caFile: string) => AwsClient
}[] = [
  { name: 'the AWS CLI', skip: whyNoAwsCli(), open: () => awsCli },
  { name: 'boto3', skip: whyNoBoto3(), open: openBoto3 },
  { name: 'the SDK for JavaScript', skip: undefined, open: openSdk },
]

const TCP_22 = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
const filter = (Name: string, ...Values: string[]) => ({ Name, Values })

describe(
  "security groups in AWS's clients",
  { skip: whyNoHosts() ?? false, timeout: 300_000 },
  () => {
    let fleet: TestFleet
    let web: EnrolledHost
    before(async () => {
      fleet = await openTestFleet({ hosts: { web: {} } })
      web = hostOf(fleet, 'web')
    })
    after(() => fleet?.close())

    const table = async () =>
      (await web.host.exec(['nft', 'list', 'table', 'inet', 'fleetkey'])).stdout

    for (const [index, { name, skip, open }] of CLIENTS.entries()) {
      describe(name, { skip: skip ?? false }, () => {
        let client: AwsClient
        let root: AwsUser
        let GroupId = ''
        before(() => {
          client = open(fleet.plane.caFile)
          root = awsUser(client, fleet.plane.root)
        })
        after(() => client?.close())

        const refusal = async (...asked: Parameters<AwsUser['refused']>) =>
          (await root.refused(...asked)).code
        const shown = async (): Promise<AwsOutput> => {
          const answer = await root.done('ec2:DescribeSecurityGroups', { GroupIds: [GroupId] })
          return answer['SecurityGroups'][0]
        }
        const defaultGroup = async (): Promise<AwsOutput> => {
          const Filters = [filter('group-name', 'default'), filter('tag:Name', 'default')]
          return (await root.done('ec2:DescribeSecurityGroups', { Filters }))['SecurityGroups'][0]
        }

        it('makes a group with tags, once of a name', async () => {
          const asked = {
            GroupName: `office-${index}`,
            Description: 'those at work',
            VpcId: (await defaultGroup())['VpcId'] as string,
            TagSpecifications: [
              { ResourceType: 'security-group', Tags: [{ Key: 'team', Value: 'ops' }] },
            ],
          }
          const dry = { ...asked, DryRun: true }
          assert.equal(await refusal('ec2:CreateSecurityGroup', dry), 'DryRunOperation')
          ;({ GroupId } = (await root.done('ec2:CreateSecurityGroup', asked)) as {
            GroupId: string
          })
          assert.equal(await refusal('ec2:CreateSecurityGroup', asked), 'InvalidGroup.Duplicate')
          const group = await shown()
          assert.equal(group['Description'], 'those at work')
          assert.deepEqual(group['Tags'], [{ Key: 'team', Value: 'ops' }])
          assert.deepEqual(group['IpPermissions'], [])
        })

        it('lets in ranges of both families and the sources of ours, and reads them again', async () => {
          const { PrefixLists } = await root.done('ec2:DescribeManagedPrefixLists')
          const idOf = (listName: string): string =>
            PrefixLists.find((one: AwsOutput) => one['PrefixListName'] === listName)?.PrefixListId
          const grant = idOf('fleetkey.grant')
          const IpPermissions = [
            {
              ...TCP_22,
              IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'the office' }],
              Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
              PrefixListIds: [
                { PrefixListId: idOf('fleetkey.control-plane') },
                { PrefixListId: grant, Description: 'just in time' },
              ],
            },
          ]
          const authorize = 'ec2:AuthorizeSecurityGroupIngress' as const
          const { SecurityGroupRules } = await root.done(authorize, { GroupId, IpPermissions })
          assert.equal(SecurityGroupRules.length, 4)
          assert.equal(
            await refusal(authorize, { GroupId, IpPermissions }),
            'InvalidPermission.Duplicate',
          )
          const [permission] = (await shown())['IpPermissions']
          assert.deepEqual(permission, { ...IpPermissions[0], UserIdGroupPairs: [] })
          const Filters = [filter('group-id', GroupId)]
          // As many as the least page has that AWS's clients ask for.
          const paged = { Filters, MaxResults: 5 }
          const all = await root.done('ec2:DescribeSecurityGroupRules', paged)
          assert.equal(all['SecurityGroupRules'].length, 4)
          const [jit] = all['SecurityGroupRules'].filter((one: AwsOutput) => {
            return one['PrefixListId'] === grant
          })
          assert.deepEqual(
            [jit.IpProtocol, jit.FromPort, jit.Description, jit.IsEgress],
            ['tcp', 22, 'just in time', false],
          )
        })

        it('attaches it to a host, and sees it there', async () => {
          const asked = { InstanceId: web.instanceId, Groups: [GroupId] }
          await root.done('ec2:ModifyInstanceAttribute', asked)
          assert.match(await table(), /ip saddr 192\.0\.2\.0\/24 accept/)
          assert.match(await table(), /ip6 saddr 2001:db8::\/32 accept/)
          assert.doesNotMatch(await table(), /drop/)
          const { Reservations } = await root.done('ec2:DescribeInstances', {
            Filters: [filter('instance.group-id', GroupId)],
          })
          assert.deepEqual(Reservations[0].Instances[0].SecurityGroups, [
            { GroupId, GroupName: `office-${index}` },
          ])
          assert.equal(await refusal('ec2:DeleteSecurityGroup', { GroupId }), 'DependencyViolation')
        })

        it('enforces it by a tag, and takes rules away by what they say and by id', async () => {
          const Tags = [{ Key: 'fleetkey:mode', Value: 'enforce' }]
          await root.done('ec2:CreateTags', { Resources: [GroupId], Tags })
          assert.match(await table(), /drop/)
          const IpPermissions = [{ ...TCP_22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }]
          const revoke = 'ec2:RevokeSecurityGroupIngress' as const
          await root.done(revoke, { GroupId, IpPermissions })
          assert.doesNotMatch(await table(), /192\.0\.2\.0/)
          assert.equal(
            await refusal(revoke, { GroupId, IpPermissions }),
            'InvalidPermission.NotFound',
          )
          const { SecurityGroupRules } = await root.done('ec2:DescribeSecurityGroupRules', {
            Filters: [filter('group-id', GroupId)],
          })
          const SecurityGroupRuleIds = SecurityGroupRules.filter(
            (one: AwsOutput) => one['CidrIpv6'] !== undefined,
          ).map((one: AwsOutput) => one['SecurityGroupRuleId'])
          await root.done(revoke, { GroupId, SecurityGroupRuleIds })
          assert.doesNotMatch(await table(), /2001:db8/)
        })

        it('may not attach without the right to, and knows the refusals by the codes of AWS', async () => {
          const UserName = `tagger-${index}`
          const Statement = {
            Effect: 'Allow',
            Action: ['ec2:CreateTags', 'ec2:AuthorizeSecurityGroupIngress', 'ec2:Describe*'],
            Resource: '*',
          }
          await root.done('iam:CreateUser', { UserName })
          await root.done('iam:PutUserPolicy', {
            UserName,
            PolicyName: 'p',
            PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
          })
          const { AccessKey } = await root.done('iam:CreateAccessKey', { UserName })
          const tagger = awsUser(client, withCredentials(fleet.plane.root, AccessKey))
          const asked = { InstanceId: web.instanceId, Groups: [GroupId] }
          const { code } = await tagger.refused('ec2:ModifyInstanceAttribute', asked)
          assert.equal(code, 'UnauthorizedOperation')
          const rule = { ...TCP_22, UserIdGroupPairs: [{ GroupId }] }
          assert.equal(
            await refusal('ec2:AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [rule] }),
            'InvalidParameterValue',
          )
        })

        it('takes it off and deletes it', async () => {
          const Groups = [(await defaultGroup())['GroupId']]
          await root.done('ec2:ModifyInstanceAttribute', { InstanceId: web.instanceId, Groups })
          assert.equal(await table(), '')
          await root.done('ec2:DeleteSecurityGroup', { GroupId })
          assert.equal(
            await refusal('ec2:DescribeSecurityGroups', { GroupIds: [GroupId] }),
            'InvalidGroup.NotFound',
          )
        })
      })
    }
  },
)
