import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { awsCli } from './aws/aws-cli.ts'
import type { AwsClient, AwsOutput } from './aws/aws-client.ts'
import { whyNoAwsCli, whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, withCredentials, type AwsUser } from './aws/aws-user.ts'
import { openBoto3 } from './aws/boto3.ts'
import { openSdk } from './aws/sdk.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { generateKey, ssh } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

// Who looks at a fleet with AWS's own clients for EC2, unmodified, sees it: against a real server and real hosts. The same for each.

const CLIENTS: readonly {
  readonly name: string
  readonly skip: string | undefined
  /** It starts anew and reads half a megabyte of model for each question. */
  readonly isSlow?: true
  readonly open: (caFile: string) => AwsClient
}[] = [
  { name: 'the AWS CLI', skip: whyNoAwsCli(), isSlow: true, open: () => awsCli },
  { name: 'boto3', skip: whyNoBoto3(), open: openBoto3 },
  { name: 'the SDK for JavaScript', skip: undefined, open: openSdk },
]

const UNKNOWN = 'i-00000000000000000'
const filter = (Name: string, ...Values: string[]) => ({ Name, Values })

describe(
  'unmodified AWS clients for EC2',
  { skip: whyNoHosts() ?? false, timeout: 600_000 },
  () => {
    let fleet: TestFleet
    let web: EnrolledHost
    before(async () => {
      // One to terminate for each client.
      const gone = CLIENTS.map((_, index) => [`gone-${index}`, { env: 'old' }] as const)
      fleet = await openTestFleet({
        hosts: {
          web: { env: 'dev' },
          db: { env: 'prod', Site: 'berlin' },
          ...Object.fromEntries(gone),
        },
      })
      web = host('web')
    })
    after(() => fleet?.close())

    function host(name: string): EnrolledHost {
      return fleet.hosts[name] ?? assert.fail(name)
    }

    for (const [index, { name, skip, isSlow, open }] of CLIENTS.entries()) {
      describe(name, { skip: skip ?? false }, () => {
        const n = String(index)
        let client: AwsClient
        let root: AwsUser
        let reader: AwsUser
        before(async () => {
          client = open(fleet.plane.caFile)
          root = awsUser(client, fleet.plane.root)
          reader = await user(`reader-${n}`, 'ec2:DescribeInstances')
        })
        after(() => client?.close())

        const as = (credentials: AwsOutput) =>
          awsUser(client, withCredentials(fleet.plane.root, credentials))

        async function user(UserName: string, Action: string): Promise<AwsUser> {
          const Statement = { Effect: 'Allow', Action, Resource: '*' }
          await root.done('iam:CreateUser', { UserName })
          await root.done('iam:PutUserPolicy', {
            UserName,
            PolicyName: 'p',
            PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
          })
          const { AccessKey } = await root.done('iam:CreateAccessKey', { UserName })
          return as(AccessKey)
        }

        const instancesIn = ({ Reservations }: AwsOutput): AwsOutput[] =>
          Reservations.flatMap((one: AwsOutput) => one['Instances'])
        const find = async (...Filters: object[]) =>
          instancesIn(await root.done('ec2:DescribeInstances', { Filters })).map(nameOf)
        const nameOf = ({ Tags }: AwsOutput): string =>
          Tags.find(({ Key }: AwsOutput) => Key === 'Name')?.Value ?? ''
        const describeWeb = async (): Promise<AwsOutput> => {
          const InstanceIds = [web.instanceId]
          const [one] = instancesIn(await root.done('ec2:DescribeInstances', { InstanceIds }))
          return one ?? assert.fail('no instance')
        }

        it('sees what an instance is', async () => {
          const one = await describeWeb()
          assert.equal(one['InstanceId'], web.instanceId)
          assert.deepEqual(one['State'], { Code: 16, Name: 'running' })
          assert.equal(one['PrivateIpAddress'], web.host.address4)
          assert.equal(one['PrivateDnsName'], 'web')
          assert.equal(one['Placement'].AvailabilityZone, 'on-prem-1a')
          assert.match(one['Architecture'], /^(x86_64|arm64)$/)
          assert.equal(one['PlatformDetails'], 'Linux/UNIX')
          assert.equal(one['KeyName'], undefined)
          assert.equal(one['SecurityGroups'][0].GroupName, 'default')
          assert.ok(Math.abs(Date.parse(one['LaunchTime']) - Date.now()) < 600_000)
          assert.equal(nameOf(one), 'web')
          const [card] = one['NetworkInterfaces']
          assert.equal(card.PrivateIpAddress, web.host.address4)
          assert.ok(
            card.Ipv6Addresses.some(
              ({ Ipv6Address }: AwsOutput) => Ipv6Address === web.host.address6,
            ),
          )
          // Ours, which it passes over.
          assert.equal(one['Fleetkey'], undefined)
        })

        it('finds instances by every kind of filter', async () => {
          const one = await describeWeb()
          const filters = [
            filter('instance-id', web.instanceId),
            filter('reservation-id', web.instanceId.replace('i-', 'r-')),
            filter('private-ip-address', web.host.address4),
            filter('network-interface.addresses.private-ip-address', web.host.address4),
            filter('ipv6-address', '::1', web.host.address6),
            filter('network-interface.ipv6-addresses.ipv6-address', web.host.address6),
            filter('tag:env', 'dev', 'prod'),
            filter('tag:Name', 'w?b*'),
            filter('tag-key', 'env'),
            filter('tag-value', 'dev'),
            filter('instance-state-name', 'running'),
            filter('instance-state-code', '16'),
            filter('vpc-id', one['VpcId']),
            filter('subnet-id', one['SubnetId']),
            filter('availability-zone', 'on-prem-1?'),
            filter('availability-zone-id', 'onp1-az1'),
            filter('architecture', one['Architecture']),
            filter('image-id', one['ImageId']),
            filter('instance-type', one['InstanceType']),
            filter('owner-id', '*'),
            filter('platform-details', 'Linux/UNIX'),
            filter('private-dns-name', 'web'),
            filter('launch-time', '20*'),
            filter('instance.group-id', one['SecurityGroups'][0].GroupId),
          ]
          assert.deepEqual(await find(...filters), ['web'])
          for (const each of isSlow ? filters.slice(0, 1) : filters) {
            const other = filter(each.Name, '\\*', 'not \\ this')
            const rest = filters.filter((kept) => kept !== each)
            // oxlint-disable-next-line no-await-in-loop -- one process answers one after the other
            assert.deepEqual(await find(...rest, other), [], each.Name)
          }
        })

        it('goes through pages', async () => {
          const all = await root.pages('ec2:DescribeInstances', {
            Filters: [filter('tag:env', 'dev', 'prod')],
          })
          assert.deepEqual(instancesIn(all).map(nameOf).toSorted(), ['db', 'web'])
          const tags = await root.pages('ec2:DescribeTags')
          assert.ok(tags['Tags'].length > 5)
          const keys = tags['Tags'].map(({ ResourceId, Key }: AwsOutput) => `${ResourceId} ${Key}`)
          assert.equal(new Set(keys).size, keys.length)
        })

        it('sets tags, which policies look at, and takes them away', async () => {
          const Resources = [web.instanceId]
          const [Key, Value] = [`owner-${n}`, 'Zoë & co: 1+1=2']
          // As EC2 here takes them: letters, digits, blanks and _.:/=+-@
          const refused = await root.refused('ec2:CreateTags', {
            Resources,
            Tags: [{ Key, Value }],
          })
          assert.equal(refused.code, 'InvalidParameterValue')
          const Tags = [{ Key, Value: 'Zoë+co: 1=1' }]
          await root.done('ec2:CreateTags', { Resources, Tags })
          const Filters = [filter('resource-id', web.instanceId), filter('key', Key)]
          const shown = await root.done('ec2:DescribeTags', { Filters })
          assert.deepEqual(shown['Tags'], [
            { ...Tags[0], ResourceId: web.instanceId, ResourceType: 'instance' },
          ])
          assert.deepEqual(await find(filter(`tag:${Key}`, 'Zo*')), ['web'])
          await root.done('ec2:DeleteTags', { Resources, Tags: [{ Key }] })
          assert.deepEqual((await root.done('ec2:DescribeTags', { Filters }))['Tags'], [])
        })

        it('sees the region, its zone and the sites', async () => {
          const regions = await root.done('ec2:DescribeRegions', { AllRegions: true })
          assert.deepEqual(
            regions['Regions'].map((one: AwsOutput) => one['RegionName']),
            ['on-prem-1'],
          )
          const zones = await root.done('ec2:DescribeAvailabilityZones')
          assert.equal(zones['AvailabilityZones'][0].ZoneId, 'onp1-az1')
          const { Vpcs } = await root.done('ec2:DescribeVpcs', { MaxResults: 5 })
          assert.deepEqual(Vpcs.map(nameOf), ['default', 'berlin'])
          const { Subnets } = await root.done('ec2:DescribeSubnets', {
            Filters: [filter('vpc-id', Vpcs[1].VpcId)],
          })
          assert.deepEqual(Subnets.map(nameOf), ['berlin'])
          const { SecurityGroups } = await root.done('ec2:DescribeSecurityGroups', {
            Filters: [filter('vpc-id', Vpcs[1].VpcId), filter('group-name', 'default')],
          })
          assert.equal(SecurityGroups.length, 1)
          const inBerlin = await find(filter('vpc-id', Vpcs[1].VpcId))
          assert.deepEqual(inBerlin, ['db'])
          const { Images } = await root.done('ec2:DescribeImages', { Owners: ['self'] })
          assert.deepEqual(
            Images.map((one: AwsOutput) => one['ImageId']),
            ['fleetkey-host'],
          )
          const types = await root.done('ec2:DescribeInstanceTypes')
          assert.equal(types['InstanceTypes'][0].InstanceType, 'fleetkey.host')
        })

        it('waits for an instance to run and to be well', async () => {
          const InstanceIds = [web.instanceId]
          await root.wait('ec2:InstanceExists', { InstanceIds })
          await root.wait('ec2:InstanceRunning', { InstanceIds })
          await root.wait('ec2:InstanceStatusOk', { InstanceIds })
          const { InstanceStatuses } = await root.done('ec2:DescribeInstanceStatus', {
            InstanceIds,
          })
          assert.equal(InstanceStatuses[0].InstanceStatus.Status, 'ok')
          assert.equal(InstanceStatuses[0].InstanceStatus.Details[0].Status, 'passed')
        })

        it('knows each refusal by the code of AWS', async () => {
          const InstanceIds = [web.instanceId]
          const Tags = [{ Key: 'a', Value: 'b' }]
          const denied = await reader.refused('ec2:CreateTags', { Resources: InstanceIds, Tags })
          assert.equal(denied.code, 'UnauthorizedOperation')
          assert.match(
            denied.message,
            /^You are not authorized to perform this operation\. User: arn:aws:iam::\d{12}:user\/reader-\d is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:on-prem-1:\d{12}:instance\/i-/,
          )
          const nobody = as({
            AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
            SecretAccessKey: 'x'.repeat(40),
          })
          assert.equal((await nobody.refused('ec2:DescribeInstances')).code, 'AuthFailure')
          const instances = 'ec2:DescribeInstances' as const
          const refusals = [
            [instances, { InstanceIds: [UNKNOWN] }, 'InvalidInstanceID.NotFound'],
            [instances, { InstanceIds: ['i-xyz'] }, 'InvalidInstanceID.Malformed'],
            [instances, { Filters: [filter('colour', 'red')] }, 'InvalidParameterValue'],
            [instances, { NextToken: 'mine' }, 'InvalidNextToken'],
            [instances, { InstanceIds, MaxResults: 5 }, 'InvalidParameterCombination'],
            // AWS has it; here nothing can be asked for by it, so it is not passed over.
            ['ec2:DescribeSnapshots', {}, 'InvalidAction'],
            ['ec2:CreateTags', { Resources: ['vol-1'], Tags }, 'InvalidID'],
            ['ec2:TerminateInstances', { InstanceIds, DryRun: true }, 'DryRunOperation'],
            [instances, { DryRun: true }, 'DryRunOperation'],
            ['ec2:DescribeVpcs', { VpcIds: ['vpc-1'] }, 'InvalidVpcID.NotFound'],
            ['ec2:DescribeSubnets', { SubnetIds: ['subnet-1'] }, 'InvalidSubnetID.NotFound'],
            ['ec2:DescribeSecurityGroups', { GroupIds: ['sg-1'] }, 'InvalidGroup.NotFound'],
            ['ec2:DescribeImages', { ImageIds: ['ami-1'] }, 'InvalidAMIID.NotFound'],
            ['ec2:DescribeRegions', { RegionNames: ['eu-west-1'] }, 'InvalidParameterValue'],
          ] as const
          await Promise.all(
            refusals.slice(0, isSlow ? 8 : undefined).map(async ([operation, input, code]) => {
              assert.equal((await root.refused(operation, input)).code, code, operation)
            }),
          )
        })

        it('may do no more than a policy on the dry run says', async () => {
          const InstanceIds = [web.instanceId]
          const { code } = await reader.refused('ec2:TerminateInstances', {
            InstanceIds,
            DryRun: true,
          })
          assert.equal(code, 'UnauthorizedOperation')
          await reader.done('ec2:DescribeInstances', { InstanceIds })
        })

        it('learns that there is no serial console', async () => {
          const key = await generateKey(fleet.dir, 'ed25519', `serial-${n}`)
          const { code } = await root.refused(
            'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
            {
              InstanceId: web.instanceId,
              SSHPublicKey: key.publicKey,
            },
          )
          assert.equal(code, 'SerialConsoleAccessDisabledException')
        })

        it('terminates an instance, waits until it is gone, and no key reaches it', async () => {
          const { instanceId, host: machine } = host(`gone-${n}`)
          const InstanceIds = [instanceId]
          const { TerminatingInstances } = await root.done('ec2:TerminateInstances', {
            InstanceIds,
          })
          assert.deepEqual(TerminatingInstances, [
            {
              InstanceId: instanceId,
              PreviousState: { Code: 16, Name: 'running' },
              CurrentState: { Code: 48, Name: 'terminated' },
            },
          ])
          await root.wait('ec2:InstanceTerminated', { InstanceIds })
          const key = await generateKey(fleet.dir, 'ed25519', `gone-${n}`)
          const push = {
            InstanceId: instanceId,
            InstanceOSUser: 'deploy',
            SSHPublicKey: key.publicKey,
          }
          const { code } = await root.refused('ec2-instance-connect:SendSSHPublicKey', push)
          assert.equal(code, 'EC2InstanceNotFoundException')
          const login = { user: 'deploy', identityFile: key.identityFile, command: 'true' }
          assert.equal((await ssh(machine, login)).code, 255)
        })
      })
    }
  },
)
