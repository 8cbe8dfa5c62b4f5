import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../../testing/control-plane.ts'
import { documentOf, givenRole } from '../../../testing/given-role.ts'

let plane: ControlPlane
let arn: (rest: string) => string
/** In group `readers`, whose policy allows two services. */
let ann: ApiClient
let ben: ApiClient
let policyArn = ''

const allow = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' })

before(async () => {
  plane = await startControlPlane()
  const { Account } = await plane.root.done('GetCallerIdentity', {})
  arn = (rest) => `arn:aws:iam::${Account}:${rest}`
  ann = await plane.user('ann', allow('ec2:Describe*'))
  ben = await plane.user('ben')
  const PolicyDocument = documentOf(allow(['iam:List*', 'ec2:DescribeInstances']))
  const { Policy } = await plane.root.done('CreatePolicy', { PolicyName: 'read', PolicyDocument })
  policyArn = Policy.Arn
  await plane.root.done('CreateGroup', { GroupName: 'readers' })
  await plane.root.done('AttachGroupPolicy', { GroupName: 'readers', PolicyArn: policyArn })
  for (const UserName of ['ann', 'ben']) {
    await plane.root.done('AddUserToGroup', { GroupName: 'readers', UserName })
  }
})
after(() => plane.close())

async function report(ofArn: string, Granularity?: string) {
  const asked = { Arn: ofArn, ...(Granularity !== undefined && { Granularity }) }
  const { JobId } = await plane.root.done('GenerateServiceLastAccessedDetails', asked)
  return await plane.root.done('GetServiceLastAccessedDetails', { JobId })
}

type Service = Readonly<Record<string, unknown>>
const service = ({ ServicesLastAccessed }: { ServicesLastAccessed: Service[] }, prefix: string) =>
  ServicesLastAccessed.find(({ ServiceNamespace }) => ServiceNamespace === prefix)

describe('last accessed', () => {
  it('names the services that the policies allow, and none as used before one was', async () => {
    const made = await report(arn('user/ann'))
    assert.equal(made.JobStatus, 'COMPLETED')
    assert.equal(made.JobType, 'SERVICE_LEVEL')
    assert.deepEqual(made.ServicesLastAccessed, [
      { ServiceName: 'Amazon EC2', ServiceNamespace: 'ec2', TotalAuthenticatedEntities: 0 },
      {
        ServiceName: 'AWS Identity and Access Management',
        ServiceNamespace: 'iam',
        TotalAuthenticatedEntities: 0,
      },
    ])
    assert.ok(Math.abs(made.TrackedSince - Date.now() / 1000) < 60)
  })

  it('tells the last use at once, also of what was refused, and of each action', async () => {
    await ann.call('DescribeInstances', {})
    plane.clock.aheadMs += 60_000
    await ann.call('DescribeTags', {})
    await ann.call('CreateUser', { UserName: 'nope' })
    const made = await report(arn('user/ann'), 'ACTION_LEVEL')
    const { TrackedActionsLastAccessed: actions, ...ec2 } = service(made, 'ec2') ?? {}
    assert.deepEqual(ec2, {
      ServiceName: 'Amazon EC2',
      ServiceNamespace: 'ec2',
      LastAuthenticated: ec2['LastAuthenticated'],
      LastAuthenticatedEntity: arn('user/ann'),
      LastAuthenticatedRegion: 'on-prem-1',
      TotalAuthenticatedEntities: 1,
    })
    const of = (name: string) =>
      (actions as Service[]).find(({ ActionName }) => ActionName === name)
    const [first, last] = [of('DescribeInstances'), of('DescribeTags')]
    assert.equal(last?.['LastAccessedTime'], ec2['LastAuthenticated'])
    const apart = Number(last?.['LastAccessedTime']) - Number(first?.['LastAccessedTime'])
    assert.ok(apart >= 60 && apart < 90, `${apart} s`)
    assert.deepEqual(of('DescribeImages'), { ActionName: 'DescribeImages' })
    assert.equal(of('RunInstances'), undefined, 'no policy allows it')
    assert.equal(service(made, 'iam')?.['LastAuthenticatedEntity'], arn('user/ann'))
  })

  it('of a group and of a policy tells who was the last, of how many, and each by itself', async () => {
    plane.clock.aheadMs += 60_000
    await ben.call('DescribeInstances', {})
    for (const one of [arn('group/readers'), policyArn]) {
      const made = await report(one)
      const ec2 = service(made, 'ec2')
      assert.equal(ec2?.['LastAuthenticatedEntity'], arn('user/ben'))
      assert.equal(ec2?.['TotalAuthenticatedEntities'], 2)
      assert.equal(service(made, 'iam')?.['TotalAuthenticatedEntities'], 1)
      const asked = { Arn: one }
      const { JobId } = await plane.root.done('GenerateServiceLastAccessedDetails', asked)
      const { EntityDetailsList: each } = await plane.root.done(
        'GetServiceLastAccessedDetailsWithEntities',
        { JobId, ServiceNamespace: 'iam' },
      )
      assert.deepEqual(
        each.map((entity: { EntityInfo: { Name: string }; LastAuthenticated?: number }) => [
          entity.EntityInfo.Name,
          entity.LastAuthenticated !== undefined,
        ]),
        [
          ['ann', true],
          ['ben', false],
        ],
      )
    }
  })

  it('of a role are those of its sessions, and its last use with them', async () => {
    const role = await givenRole(plane, {
      trust: { Effect: 'Allow', Principal: { AWS: arn('root') }, Action: 'sts:AssumeRole' },
      policy: allow('iam:ListUsers'),
    })
    const clerk = await plane.user('clerk', allow('sts:AssumeRole'))
    const { Credentials } = await clerk.done('AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'shift',
    })
    await plane.as(Credentials).done('ListUsers', {})
    const made = await report(role.arn)
    assert.equal(service(made, 'iam')?.['LastAuthenticatedEntity'], role.arn)
    const { Role } = await plane.root.done('GetRole', { RoleName: role.name })
    assert.equal(Role.RoleLastUsed.LastUsedDate, service(made, 'iam')?.['LastAuthenticated'])
  })

  it('outlives a restart, and ends with who is deleted', async () => {
    const asked = { Arn: arn('user/ann') }
    const { JobId } = await plane.root.done('GenerateServiceLastAccessedDetails', asked)
    const before = await plane.root.done('GetServiceLastAccessedDetails', { JobId })
    await ann.call('ListGroups', {})
    await plane.restart()
    const { ServicesLastAccessed } = await plane.root.done('GetServiceLastAccessedDetails', {
      JobId,
    })
    const lastOf = (made: { ServicesLastAccessed: Service[] }) =>
      Number(service(made, 'iam')?.['LastAuthenticated'])
    assert.ok(lastOf({ ServicesLastAccessed }) > lastOf(before))
    await plane.root.done('DeleteUser', { UserName: 'ann', Force: true })
    const answer = await plane.root.call('GetServiceLastAccessedDetails', { JobId })
    assert.deepEqual([answer.status, answer.code], [404, 'NoSuchEntity'])
  })

  it('is refused of who is not there, by an id that is none, and beyond the policy', async () => {
    const refused = async (client: ApiClient, operation: string, fields: object) => {
      const { status, code } = await client.call(operation, fields)
      return [status, code]
    }
    const generate = 'GenerateServiceLastAccessedDetails'
    const none = { Arn: arn('user/nobody') }
    assert.deepEqual(await refused(plane.root, generate, none), [404, 'NoSuchEntity'])
    const get = 'GetServiceLastAccessedDetails'
    for (const JobId of ['0'.repeat(36), `AIDA${'A'.repeat(17)}-s${'z'.repeat(13)}`]) {
      assert.deepEqual(await refused(plane.root, get, { JobId }), [404, 'NoSuchEntity'])
    }
    // An id can be made up: it must not show what the policy keeps.
    const own = await plane.user('own', {
      Effect: 'Allow',
      Action: 'iam:*LastAccessed*',
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    })
    const { JobId } = await plane.root.done(generate, { Arn: arn('user/ben') })
    assert.deepEqual(await refused(own, get, { JobId }), [400, 'AccessDeniedException'])
    const { JobId: mine } = await own.done(generate, { Arn: arn('user/own') })
    await own.done(get, { JobId: mine })
  })
})
