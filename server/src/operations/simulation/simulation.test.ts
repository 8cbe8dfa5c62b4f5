import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../../testing/fake-agent.ts'
import { givenRole, trusting } from '../../testing/given-role.ts'
import { push } from '../../testing/push.ts'

let plane: ControlPlane
let dev: FakeAgent
let prod: FakeAgent
let alice: ApiClient
const arn = (user: string) => `arn:aws:iam::${account}:user/${user}`
let account = ''

const TO_DEV = {
  Sid: 'ReachDev',
  Effect: 'Allow',
  Action: 'ec2-instance-connect:SendSSHPublicKey',
  Resource: '*',
  Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': ['ec2-user', 'ops'] } },
}

/** Compared with every text of the key. */
const SLOW = { StringLike: { 'a:text': '*x?y*z' } }
const ALLOWED = { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: SLOW }

const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement })

before(async () => {
  plane = await startControlPlane()
  dev = await connectAgent(plane, await enrolHost(plane, { env: 'dev', Name: 'web-1' }))
  prod = await connectAgent(plane, await enrolHost(plane, { env: 'prod', Name: 'db-1' }))
  account = (await plane.root.done('GetCallerIdentity', {})).Account
  alice = await plane.user('alice', TO_DEV)
  await plane.user('office', {
    ...TO_DEV,
    Condition: { ...TO_DEV.Condition, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  })
  await plane.user('everywhere', [
    { ...TO_DEV, Sid: 'All', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:osuser': 'root' } },
    },
  ])
  await plane.user('clerk')
})
after(async () => {
  await dev.close()
  await prod.close()
  await plane.close()
})

const question = (agent: FakeAgent, InstanceOSUser: string) => ({
  InstanceId: agent.host.instanceId,
  InstanceOSUser,
})

describe('CheckOwnAccess', () => {
  it('says what the push would say, and pushes nothing', async () => {
    for (const agent of [dev, prod]) {
      for (const osUser of ['ec2-user', 'root']) {
        const before = plane.trail().filter(({ eventName }) => eventName === 'SendSSHPublicKey')
        const asked = await alice.done('CheckOwnAccess', question(agent, osUser))
        const after = plane.trail().filter(({ eventName }) => eventName === 'SendSSHPublicKey')
        assert.equal(after.length, before.length)
        const pushed = await push(alice, agent.host.instanceId, { InstanceOSUser: osUser })
        const isDenied = pushed.code === 'AccessDeniedException'
        assert.equal(asked.Decision, isDenied ? 'denied' : 'allowed')
        if (isDenied) assert.equal(asked.Explanation, pushed.body.Explanation)
        else assert.match(asked.Explanation, /ReachDev/)
      }
    }
  })

  it('tells whether there is an instance only to who may reach it, as a push does', async () => {
    const missing = { InstanceId: 'i-00000000000000000', InstanceOSUser: 'ops' }
    for (const [client, code] of [
      [alice, undefined],
      [plane.root, 'EC2InstanceNotFoundException'],
    ] as const) {
      const asked = await client.call('CheckOwnAccess', missing)
      assert.equal(asked.code, code)
      const pushed = await push(client, missing.InstanceId, { InstanceOSUser: 'ops' })
      if (code === undefined) assert.equal(asked.body.Explanation, pushed.body.Explanation)
      else assert.equal(pushed.code, code)
    }
  })

  it('needs no permission', async () => {
    const clerk = await plane.user('clerk-2')
    assert.equal((await clerk.done('CheckOwnAccess', question(dev, 'ops'))).Decision, 'denied')
    const root = await plane.root.done('CheckOwnAccess', question(prod, 'root'))
    assert.equal(root.Decision, 'allowed')
  })
})

describe('CheckAccess', () => {
  const ask = (agent: FakeAgent, osUser: string, user: string, more: object = {}) =>
    plane.root.done('CheckAccess', {
      ...question(agent, osUser),
      PrincipalArn: arn(user),
      ...more,
    })

  it('tells what depends on the moment, and decides it when the moment is given', async () => {
    assert.equal((await ask(dev, 'ops', 'alice')).Decision, 'allowed')
    assert.equal((await ask(prod, 'ops', 'alice')).Decision, 'denied')
    const open = await ask(dev, 'ops', 'office')
    assert.equal(open.Decision, 'conditional')
    assert.match(open.Explanation, /aws:SourceIp/)
    const from = (ip: string) => ({
      ContextEntries: [
        { ContextKeyName: 'aws:SourceIp', ContextKeyValues: [ip], ContextKeyType: 'ip' },
      ],
    })
    assert.equal((await ask(dev, 'ops', 'office', from('192.0.2.7'))).Decision, 'allowed')
    assert.equal((await ask(dev, 'ops', 'office', from('198.51.100.7'))).Decision, 'denied')
    assert.equal((await ask(prod, 'ops', 'everywhere')).Decision, 'conditional')
    assert.equal((await ask(prod, 'root', 'everywhere')).Decision, 'denied')
  })

  it('asks for permission with the tags of whom it looks into (a Deny by tag would not hold)', async () => {
    await plane.user('board-member')
    await plane.root.done('TagUser', {
      UserName: 'board-member',
      Tags: [{ Key: 'secret', Value: 'yes' }],
    })
    const auditor = await plane.user('auditor', [
      {
        Effect: 'Allow',
        Action: ['fleetkey:CheckAccess', 'iam:Simulate*', 'iam:GetContextKeys*'],
        Resource: '*',
      },
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/secret': 'yes' } },
      },
    ])
    for (const [user, code] of [
      ['alice', undefined],
      ['board-member', 'AccessDeniedException'],
    ] as const) {
      const principal = arn(user)
      const fields = { ...question(dev, 'ops'), PrincipalArn: principal }
      assert.equal((await auditor.call('CheckAccess', fields)).code, code)
      const simulated = { PolicySourceArn: principal, ActionNames: ['iam:GetUser'] }
      assert.equal((await auditor.call('SimulatePrincipalPolicy', simulated)).code, code)
      const keys = await auditor.call('GetContextKeysForPrincipalPolicy', simulated)
      assert.equal(keys.code, code)
    }
  })

  it('knows no principal that is not there', async () => {
    for (const PrincipalArn of [
      arn('nobody'),
      arn('ALICE'),
      `${arn('x').slice(0, -1)}path/alice`,
    ]) {
      const answer = await plane.root.call('CheckAccess', { ...question(dev, 'ops'), PrincipalArn })
      assert.equal(answer.code, 'NoSuchEntity')
    }
  })
})

describe('ListWhoCanReach', () => {
  it('lists everybody who may, as whom, and under which condition', async () => {
    const { Principals } = await plane.root.done('ListWhoCanReach', {
      InstanceId: dev.host.instanceId,
    })
    const rows = Principals.map(
      (one: { PrincipalArn: string; InstanceOSUser: string; Decision: string }) =>
        `${one.PrincipalArn.split('/').at(-1)} ${one.InstanceOSUser} ${one.Decision}`,
    )
    assert.deepEqual(rows.toSorted(), [
      'alice ec2-user allowed',
      'alice ops allowed',
      'everywhere (any other) conditional',
      'office ec2-user conditional',
      'office ops conditional',
    ])
  })

  it('answers for one osUser', async () => {
    const fields = { InstanceId: prod.host.instanceId, InstanceOSUser: 'root' }
    assert.deepEqual((await plane.root.done('ListWhoCanReach', fields)).Principals, [])
  })
})

describe('ListReachable', () => {
  const ask = async (user: string, otherwise: object = {}) =>
    plane.root.done('ListReachable', { PrincipalArn: arn(user), ...otherwise })
  const users = (Decision: string, ...names: string[]) =>
    names.map((InstanceOSUser) => ({ InstanceOSUser, Decision }))

  it('lists the instances that somebody may reach, as whom, and no other', async () => {
    const { Instances } = await ask('alice')
    const { instanceId: InstanceId } = dev.host
    const OSUsers = users('allowed', 'ec2-user', 'ops')
    assert.deepEqual(Instances, [{ InstanceId, InstanceName: 'web-1', OSUsers }])
  })

  it('leaves open what only the moment tells, and what a Deny takes is left out', async () => {
    const { Instances } = await ask('everywhere')
    assert.equal(Instances.length, 2)
    for (const { OSUsers } of Instances) {
      assert.deepEqual(OSUsers, users('conditional', '(any other)'))
    }
  })

  it('answers for one osUser, and page by page', async () => {
    const one = { InstanceOSUser: 'web', MaxItems: 1 }
    const first = await ask('everywhere', one)
    assert.deepEqual(first.Instances[0].OSUsers, users('conditional', 'web'))
    const second = await ask('everywhere', { ...one, Marker: first.Marker })
    assert.deepEqual([first.Instances.length, second.Instances.length], [1, 1])
    assert.equal(second.IsTruncated, false)
    assert.deepEqual((await ask('clerk')).Instances, [])
  })
})

describe('PreviewPolicyChange', () => {
  const inline = { UserName: 'alice', PolicyName: 'p' }
  const preview = async (fields: object) => {
    const { Changes } = await plane.root.done('PreviewPolicyChange', fields)
    return Changes.map(
      (one: Record<string, string>) =>
        `${one['PrincipalArn']?.split('/').at(-1)} ${one['InstanceName']} ${one['InstanceOSUser']}: ${one['Before']} → ${one['After']}`,
    )
  }
  const document = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

  it('tells what another text would change, and changes nothing', async () => {
    const version = await plane.root.done('ListUserPolicies', { UserName: 'alice' })
    const condition = { StringEquals: { 'aws:ResourceTag/env': 'prod', 'ec2:osuser': 'ops' } }
    const PolicyDocument = document({ ...TO_DEV, Condition: condition })
    assert.deepEqual(await preview({ ...inline, PolicyDocument }), [
      'alice web-1 ec2-user: allowed → denied',
      'alice web-1 ops: allowed → denied',
      'alice db-1 ops: denied → allowed',
    ])
    assert.deepEqual(await plane.root.done('ListUserPolicies', { UserName: 'alice' }), version)
    assert.equal((await alice.done('CheckOwnAccess', question(dev, 'ops'))).Decision, 'allowed')
  })

  it('tells what taking it away would change, and what a new one would', async () => {
    assert.equal((await preview(inline)).length, 2)
    const PolicyDocument = document({
      ...TO_DEV,
      Condition: { StringEquals: { 'ec2:osuser': 'ops' } },
    })
    const added = { UserName: 'clerk', PolicyName: 'new', PolicyDocument }
    assert.deepEqual(await preview(added), [
      'clerk web-1 ops: denied → allowed',
      'clerk db-1 ops: denied → allowed',
    ])
  })

  const calls = (...each: readonly (readonly [string, object])[]) => ({
    Calls: each.map(([Operation, Input]) => ({ Operation, Input })),
  })
  const toOps = document({ ...TO_DEV, Condition: { StringEquals: { 'ec2:osuser': 'ops' } } })

  it('tells what attaching, a boundary and a membership would change, taken together', async () => {
    const { root } = plane
    const { Policy } = await root.done('CreatePolicy', {
      PolicyName: 'to-ops',
      PolicyDocument: toOps,
    })
    const PolicyArn = Policy.Arn
    await root.done('CreateGroup', { GroupName: 'sre' })
    const attach = ['AttachUserPolicy', { UserName: 'clerk', PolicyArn }] as const
    const gained = ['clerk web-1 ops: denied → allowed', 'clerk db-1 ops: denied → allowed']
    assert.deepEqual(await preview(calls(attach)), gained)
    const byGroup = [
      ['AttachGroupPolicy', { GroupName: 'sre', PolicyArn }],
      ['AddUserToGroup', { GroupName: 'sre', UserName: 'clerk' }],
    ] as const
    assert.deepEqual(await preview(calls(...byGroup)), gained)
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const bound = [
      'PutUserPermissionsBoundary',
      { UserName: 'clerk', PermissionsBoundary },
    ] as const
    assert.deepEqual(await preview(calls(bound, attach)), [])
    // Of whoever is there: everything is lost by a boundary that lets nothing in.
    const lost = ['PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary }] as const
    assert.equal((await preview(calls(lost))).length, 2)
    const members = (await root.done('GetGroup', { GroupName: 'sre' })).Users
    assert.deepEqual(members, [], 'nothing was done')
  })

  it('tells of people and policies that are only to be made', async () => {
    const made = calls(
      ['CreatePolicy', { PolicyName: 'new', PolicyDocument: toOps }],
      ['CreateUser', { UserName: 'newcomer', Path: '/team/' }],
      [
        'AttachUserPolicy',
        { UserName: 'newcomer', PolicyArn: `arn:aws:iam::${account}:policy/new` },
      ],
      ['TagPolicy', { PolicyArn: `arn:aws:iam::${account}:policy/new`, Tags: [] }],
    )
    const { Changes, PrincipalCount } = await plane.root.done('PreviewPolicyChange', made)
    assert.equal(PrincipalCount, 1)
    assert.deepEqual(
      Changes.map((one: Record<string, string>) => one['PrincipalArn']),
      Array(2).fill(`arn:aws:iam::${account}:user/team/newcomer`),
    )
  })

  it('refuses calls that IAM would refuse, and those that are no changes', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const code = async (...each: readonly (readonly [string, object])[]) =>
      (await plane.root.call('PreviewPolicyChange', calls(...each))).code
    assert.equal(
      await code(['AttachUserPolicy', { UserName: 'nobody', PolicyArn }]),
      'InvalidInput',
    )
    assert.equal(await code(['CreateUser', { UserName: 'clerk' }]), 'InvalidInput')
    assert.equal(await code(['AttachUserPolicy', { PolicyArn }]), 'ValidationException')
    assert.equal(await code(['CreateAccessKey', { UserName: 'clerk' }]), 'ValidationException')
    const both = { ...calls(['DeleteUser', { UserName: 'clerk' }]), ...inline }
    const answer = await plane.root.call('PreviewPolicyChange', both)
    assert.equal(answer.code, 'ValidationException')
  })

  it('names instances to nobody who may not list them, nor does ListReachable (names tell what is there)', async () => {
    const statement = {
      Effect: 'Allow',
      Action: ['fleetkey:PreviewPolicyChange', 'fleetkey:ListReachable'],
      Resource: '*',
    }
    const blind = await plane.user('blind', statement)
    const sighted = await plane.user('sighted', {
      ...statement,
      Action: [...statement.Action, 'ec2:DescribeInstances'],
    })
    const namesTold = async (who: typeof blind) => {
      const { Changes } = await who.done('PreviewPolicyChange', inline)
      const { Instances } = await who.done('ListReachable', { PrincipalArn: arn('alice') })
      const all: readonly Record<string, string>[] = [...Changes, ...Instances]
      assert.ok(Changes.length > 0 && Instances.length > 0)
      assert.ok(all.every(({ InstanceId }) => InstanceId?.startsWith('i-')))
      return all.filter((one) => 'InstanceName' in one).length / all.length
    }
    assert.equal(await namesTold(blind), 0)
    assert.equal(await namesTold(sighted), 1)
  })

  it('looks into nobody whom the caller may not look into', async () => {
    const nosy = await plane.user('nosy', {
      Effect: 'Allow',
      Action: 'fleetkey:PreviewPolicyChange',
      Resource: arn('clerk'),
    })
    const remove = (UserName: string) => calls(['DeleteUser', { UserName }])
    assert.equal((await nosy.call('PreviewPolicyChange', remove('clerk'))).status, 200)
    const refused = await nosy.call('PreviewPolicyChange', remove('alice'))
    assert.equal(refused.code, 'AccessDeniedException')
  })

  it('looks into no policy whom the caller may not look into, by another path or as a boundary neither', async () => {
    const policy = (name: string) => `arn:aws:iam::${account}:policy/${name}`
    const secret = { PolicyName: 'closed', Path: '/board/', PolicyDocument: toOps }
    await plane.root.done('CreatePolicy', secret)
    const nosy = await plane.user('nosier', {
      Effect: 'Allow',
      Action: 'fleetkey:PreviewPolicyChange',
      Resource: [arn('clerk'), policy('team/*')],
    })
    const attach = (PolicyArn: string) =>
      calls(['AttachUserPolicy', { UserName: 'clerk', PolicyArn }])
    const bound = (PermissionsBoundary: string) =>
      calls(['PutUserPermissionsBoundary', { UserName: 'clerk', PermissionsBoundary }])
    for (const ask of [attach, bound]) {
      const named = await nosy.call('PreviewPolicyChange', ask(policy('board/closed')))
      assert.equal(named.code, 'AccessDeniedException', ask.name)
      const disguised = await nosy.call('PreviewPolicyChange', ask(policy('team/closed')))
      assert.equal(disguised.code, 'NoSuchEntity', JSON.stringify(disguised.body))
    }
  })

  it('refuses a text that is no policy, and two names at once', async () => {
    const bad = await plane.root.call('PreviewPolicyChange', { ...inline, PolicyDocument: '{}' })
    assert.equal(bad.code, 'MalformedPolicyDocument')
    for (const fields of [{}, { PolicyName: 'p' }, { ...inline, GroupName: 'g' }]) {
      const answer = await plane.root.call('PreviewPolicyChange', fields)
      assert.equal(answer.code, 'ValidationException')
    }
  })
})

describe('SimulatePrincipalPolicy and SimulateCustomPolicy', () => {
  const instance = (agent: FakeAgent) =>
    `arn:aws:ec2:on-prem-1:${account}:instance/${agent.host.instanceId}`
  const context = (values: Record<string, string[]>) => ({
    ContextEntries: Object.entries(values).map(([ContextKeyName, ContextKeyValues]) => ({
      ContextKeyName,
      ContextKeyValues,
      ContextKeyType: 'string',
    })),
  })

  it('answer as the evaluator does, with statements and what is missing', async () => {
    const ask = {
      PolicySourceArn: arn('alice'),
      ActionNames: ['ec2-instance-connect:SendSSHPublicKey', 'iam:CreateUser'],
      ResourceArns: [instance(dev)],
    }
    const without = await plane.root.done('SimulatePrincipalPolicy', ask)
    const [first, second] = without.EvaluationResults
    assert.equal(first.EvalDecision, 'implicitDeny')
    assert.deepEqual(first.MissingContextValues, ['aws:ResourceTag/env', 'ec2:osuser'])
    assert.deepEqual([second.EvalDecision, second.MissingContextValues], ['implicitDeny', []])
    const known = context({ 'aws:ResourceTag/env': ['dev'], 'ec2:osuser': ['ops'] })
    const answer = await plane.root.done('SimulatePrincipalPolicy', { ...ask, ...known })
    const [allowed] = answer.EvaluationResults
    assert.equal(allowed.EvalDecision, 'allowed')
    assert.deepEqual(allowed.MatchedStatements, [
      {
        SourcePolicyId: 'user_alice_p',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 1, Column: 37 },
        EndPosition: { Line: 1, Column: 227 },
        StatementId: 'ReachDev',
      },
    ])
  })

  it('take policies and a boundary from the request', async () => {
    const policy = (Effect: string, Action: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource: '*' } })
    const ask = async (boundary?: string) => {
      const { EvaluationResults } = await plane.root.done('SimulateCustomPolicy', {
        PolicyInputList: [policy('Allow', 'iam:*'), policy('Deny', 'iam:Delete*')],
        ActionNames: ['iam:GetUser', 'iam:DeleteUser', 'sts:AssumeRole'],
        ...(boundary === undefined ? {} : { PermissionsBoundaryPolicyInputList: [boundary] }),
      })
      return EvaluationResults.map((one: { EvalDecision: string }) => one.EvalDecision)
    }
    assert.deepEqual(await ask(), ['allowed', 'explicitDeny', 'implicitDeny'])
    assert.deepEqual(await ask(policy('Allow', 'sts:*')), [
      'implicitDeny',
      'explicitDeny',
      'implicitDeny',
    ])
  })

  it('name policies as AWS’s simulator does, and only the Deny where one applies', async () => {
    const allow = (Action: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      })
    const { root } = plane
    const { Policy } = await root.done('CreatePolicy', {
      PolicyName: 'managed',
      PolicyDocument: allow('iam:Get*'),
    })
    await plane.user('named', { Effect: 'Allow', Action: 'iam:*', Resource: '*' })
    await root.done('CreateGroup', { GroupName: 'crew' })
    await root.done('AddUserToGroup', { GroupName: 'crew', UserName: 'named' })
    const inGroup = { GroupName: 'crew', PolicyName: 'g' }
    await root.done('PutGroupPolicy', { ...inGroup, PolicyDocument: allow('iam:GetUser') })
    await root.done('AttachGroupPolicy', { GroupName: 'crew', PolicyArn: Policy.Arn })
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await root.done('PutUserPermissionsBoundary', { UserName: 'named', PermissionsBoundary })
    const ids = async (PolicySourceArn: string, more: object = {}) => {
      const { EvaluationResults } = await root.done('SimulatePrincipalPolicy', {
        PolicySourceArn,
        ActionNames: ['iam:GetUser'],
        ...more,
      })
      return EvaluationResults[0].MatchedStatements.map(
        (one: { SourcePolicyId: string }) => one.SourcePolicyId,
      )
    }
    const group = arn('named').replace('user/named', 'group/crew')
    assert.deepEqual(await ids(group), ['group_crew_g', 'managed'])
    const PolicyInputList = [allow('iam:GetUser'), allow('iam:GetUser')]
    assert.deepEqual(await ids(arn('named'), { PolicyInputList }), [
      'user_named_p',
      'group_crew_g',
      'managed',
      'PolicyInputList.1',
      'PolicyInputList.2',
      'AdministratorAccess',
    ])
    const denying = allow('iam:GetUser').replace('Allow', 'Deny')
    assert.deepEqual(await ids(arn('named'), { PolicyInputList: [denying] }), ['PolicyInputList.1'])
    const { name } = await givenRole(plane, {
      trust: trusting(account),
      policy: { Effect: 'Allow', Action: '*', Resource: '*' },
    })
    assert.deepEqual(await ids(arn('x').replace('user/x', `role/${name}`)), [`role_${name}_p`])
  })

  it('of a group try its own policies, without a user', async () => {
    const group = arn('x').replace('user/x', 'group/owners')
    await plane.root.done('CreateGroup', { GroupName: 'owners' })
    await plane.root.done('PutGroupPolicy', {
      GroupName: 'owners',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'iam:GetUser',
          Resource: 'arn:aws:iam::*:user/${aws:username}',
        },
      }),
    })
    const ask = {
      PolicySourceArn: group,
      ActionNames: ['iam:GetUser'],
      ResourceArns: [arn('alice')],
    }
    const { EvaluationResults } = await plane.root.done('SimulatePrincipalPolicy', ask)
    const [first] = EvaluationResults
    assert.deepEqual(
      [first.EvalDecision, first.MissingContextValues],
      ['implicitDeny', ['aws:username']],
    )
    const known = context({ 'aws:username': ['alice'] })
    const answer = await plane.root.done('SimulatePrincipalPolicy', { ...ask, ...known })
    const [second] = answer.EvaluationResults
    assert.deepEqual([second.EvalDecision, second.MissingContextValues], ['allowed', []])
    for (const other of [group.replace('owners', 'Owners'), group.replace('group/', 'group/x/')]) {
      const { code } = await plane.root.call('SimulatePrincipalPolicy', {
        ...ask,
        PolicySourceArn: other,
      })
      assert.equal(code, 'NoSuchEntity')
    }
  })

  it('tell the missing keys of resources and values too, once each', async () => {
    const PolicyInputList = [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iam:*',
            Resource: 'arn:aws:iam::*:user/${aws:PrincipalTag/team}/*',
            Condition: { StringEquals: { 'aws:ResourceTag/owner': ['${aws:UserName}', 'x'] } },
          },
          {
            Effect: 'Deny',
            Action: 'iam:Delete*',
            Resource: '*',
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
          },
        ],
      }),
    ]
    const ask = {
      PolicyInputList,
      ActionNames: ['iam:GetUser', 'iam:DeleteUser', 'sts:AssumeRole'],
    }
    const missing = async (fields: object) => {
      const { EvaluationResults } = await plane.root.done('SimulateCustomPolicy', fields)
      return EvaluationResults.map(
        (one: { MissingContextValues: string[] }) => one.MissingContextValues,
      )
    }
    const keys = ['aws:PrincipalTag/team', 'aws:ResourceTag/owner', 'aws:UserName']
    assert.deepEqual(await missing(ask), [keys, [...keys, 'aws:MultiFactorAuthPresent'], []])
    const known = context({ 'aws:username': ['alice'], 'AWS:principaltag/team': ['blue'] })
    const left = ['aws:ResourceTag/owner']
    assert.deepEqual(await missing({ ...ask, ...known }), [
      left,
      [...left, 'aws:MultiFactorAuthPresent'],
      [],
    ])
    const { ContextKeyNames } = await plane.root.done('GetContextKeysForCustomPolicy', {
      PolicyInputList: [...PolicyInputList, ...PolicyInputList],
    })
    assert.deepEqual(ContextKeyNames, [...keys, 'aws:MultiFactorAuthPresent'])
  })

  it('let others be served meanwhile (one request would stop the server for minutes)', async () => {
    let done = false
    const asked = plane.root
      .call('SimulateCustomPolicy', {
        ActionNames: Array.from({ length: 400 }, (_, index) => `iam:Get${index}`),
        MaxItems: 250,
        PolicyInputList: [document(Array.from({ length: 1000 }, () => ALLOWED))],
      })
      .finally(() => (done = true))
    let served = 0
    while (!done) {
      await plane.root.done('GetCallerIdentity', {})
      served += 1
    }
    assert.equal((await asked).status, 200)
    assert.ok(served > 3, `${served} served`)
  })

  it('refuse what would take a second for a single decision', async () => {
    const values = (length: number) => ({
      ActionNames: ['iam:GetUser'],
      PolicyInputList: [document(Array.from({ length: 300 }, () => ALLOWED))],
      ContextEntries: [{ ContextKeyName: 'a:text', ContextKeyValues: ['x'.repeat(length)] }],
    })
    const ask = (length: number) => plane.root.call('SimulateCustomPolicy', values(length))
    assert.equal((await ask(100)).status, 200)
    assert.equal((await ask(2000)).code, 'InvalidInput')
    const ContextKeyValues = Array.from({ length: 20 }, () => 'x'.repeat(1000))
    const many = {
      ...question(dev, 'ops'),
      ContextEntries: [{ ContextKeyName: 'a:text', ContextKeyValues }],
    }
    assert.equal((await alice.call('CheckOwnAccess', many)).code, 'ValidationException')
  })

  it('leave no policies of the request in the trail (a question would be half a megabyte of record)', async () => {
    const Long = { ...ALLOWED, Sid: 'Long'.repeat(250) }
    const fields = {
      PolicySourceArn: arn('alice'),
      ActionNames: ['iam:GetUser'],
      PolicyInputList: [document(Long)],
    }
    for (const name of [
      'SimulatePrincipalPolicy',
      'SimulateCustomPolicy',
      'GetContextKeysForPrincipalPolicy',
      'GetContextKeysForCustomPolicy',
    ]) {
      await plane.root.done(name, fields)
      const last = plane.trail().at(-1)
      assert.equal(last?.eventName, name)
      assert.ok(!JSON.stringify(last.event).includes('LongLong'), name)
    }
  })

  it('come in pages', async () => {
    const ask = {
      PolicySourceArn: arn('alice'),
      ActionNames: Array.from({ length: 25 }, (_, index) => `iam:Get${index}`),
      MaxItems: 10,
    }
    const seen: string[] = []
    let Marker: string | undefined
    do {
      const page = await plane.root.done('SimulatePrincipalPolicy', { ...ask, Marker })
      seen.push(
        ...page.EvaluationResults.map((one: { EvalActionName: string }) => one.EvalActionName),
      )
      Marker = page.Marker
    } while (Marker !== undefined)
    assert.deepEqual(seen, ask.ActionNames)
  })
})

describe('GetContextKeysForPrincipalPolicy', () => {
  const ask = async (fields: object) =>
    (await plane.root.done('GetContextKeysForPrincipalPolicy', fields)).ContextKeyNames

  it('tells what the policies of a user, its groups, its boundary and the request ask for', async () => {
    const { root } = plane
    const condition = (key: string) => ({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:*',
        Resource: '*',
        Condition: { StringEquals: { [key]: 'x' } },
      },
    })
    const text = (key: string) => JSON.stringify(condition(key))
    await plane.user('keyed', condition('aws:userid').Statement)
    await root.done('CreateGroup', { GroupName: 'keys' })
    await root.done('AddUserToGroup', { GroupName: 'keys', UserName: 'keyed' })
    const inline = { GroupName: 'keys', PolicyName: 'g', PolicyDocument: text('aws:UserId') }
    await root.done('PutGroupPolicy', inline)
    const inlineToo = { ...inline, PolicyName: 'h', PolicyDocument: text('aws:SourceIp') }
    await root.done('PutGroupPolicy', inlineToo)
    const bounded = { PolicyName: 'bound', PolicyDocument: text('aws:UserAgent') }
    const { Policy } = await root.done('CreatePolicy', bounded)
    const boundary = { UserName: 'keyed', PermissionsBoundary: Policy.Arn }
    await root.done('PutUserPermissionsBoundary', boundary)
    const PolicySourceArn = arn('keyed')
    const own = ['aws:userid', 'aws:SourceIp', 'aws:UserAgent']
    assert.deepEqual(await ask({ PolicySourceArn }), own)
    assert.deepEqual(await ask({ PolicySourceArn, PolicyInputList: [text('ec2:osuser')] }), [
      ...own,
      'ec2:osuser',
    ])
    const group = PolicySourceArn.replace('user/keyed', 'group/keys')
    assert.deepEqual(await ask({ PolicySourceArn: group }), ['aws:UserId', 'aws:SourceIp'])
    assert.deepEqual(await ask({ PolicySourceArn: arn('clerk') }), [])
  })

  it('refuses what is no policy, and whom there is not', async () => {
    const call = async (name: string, fields: object) => (await plane.root.call(name, fields)).code
    const custom = 'GetContextKeysForCustomPolicy'
    assert.equal(await call(custom, {}), 'ValidationException')
    assert.equal(await call(custom, { PolicyInputList: ['{}'] }), 'MalformedPolicyDocument')
    const principal = 'GetContextKeysForPrincipalPolicy'
    assert.equal(await call(principal, { PolicySourceArn: arn('nobody') }), 'NoSuchEntity')
    const policy = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    assert.equal(await call(principal, { PolicySourceArn: policy }), 'ValidationException')
  })
})
