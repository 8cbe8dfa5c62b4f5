import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { EXIT_CODES } from '../../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../../testing/run-fleetkey.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-apply-'))
let server: ControlPlane
let root: (...args: readonly string[]) => Promise<Done>

before(async () => {
  server = await startControlPlane()
  root = fleetkeyAs(envOf(server.url, server.root))
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const DOCUMENT = (osUser: string) => `
      Version: 2012-10-17
      Statement:
        - Sid: Logins
          Effect: Allow
          Action: ec2-instance-connect:SendSSHPublicKey
          Resource: '*'
          Condition: {StringEquals: {ec2:osuser: ${osUser}, aws:ResourceTag/env: dev}}`

const all = (osUser: string) => `
policies:
  logins:
    description: who reaches what
    tags: {team: web}
    document: ${DOCUMENT(osUser)}
  limits: {path: /bounds/, document: limits.json}
users:
  alice:
    boundary: limits
    tags: {team: web, cost: 0042}
  bob:
groups:
  sre:
    members: [alice, bob]
    policies: [logins, 'arn:aws:iam::aws:policy/ReadOnlyAccess']
    inline:
      own: ${DOCUMENT('ops').replaceAll('\n', '\n  ')}
roles:
  oncall:
    description: at night
    maxSession: 8h
    policies: [logins]
    trust:
      Version: 2012-10-17
      Statement:
        Effect: Allow
        Principal: {Federated: 'arn:aws:iam::ACCOUNT:oidc-provider/id.example.com'}
        Action: [sts:AssumeRoleWithWebIdentity, sts:TagSession]
        Condition: {StringEquals: {id.example.com:aud: fleetkey}, 'ForAnyValue:StringEquals': {id.example.com:groups: sre}}
  deployer:
    trust:
      Version: 2012-10-17
      Statement: {Effect: Allow, Principal: {AWS: ['arn:aws:iam::ACCOUNT:user/alice', 'arn:aws:iam::ACCOUNT:role/oncall']}, Action: sts:AssumeRole}
providers:
  https://id.example.com:
    clientIds: [fleetkey, other]
    claims: {groups: groups}
`

describe('iam apply', () => {
  let path = ''
  let account = ''
  const write = (osUser: string) => file('iam.yaml', all(osUser).replaceAll('ACCOUNT', account))

  before(async () => {
    account = (await server.root.done('GetCallerIdentity', {})).Account
    const limits = { Effect: 'Allow', Action: ['ec2:*', 'ec2-instance-connect:*'], Resource: '*' }
    file('limits.json', JSON.stringify({ Version: '2012-10-17', Statement: limits }))
    path = write('deploy')
  })

  it('changes nothing that nobody confirmed', async () => {
    const { code, out } = await root('iam', 'apply', path)
    assert.equal(code, EXIT_CODES.cancelled)
    assert.match(out, /^\+ policy logins: create$/m)
    assert.deepEqual((await server.root.done('ListUsers', {})).Users, [])
  })
  it('makes all of it, and has then nothing to do', async () => {
    const { code, err } = await root('iam', 'apply', path, '--yes')
    assert.equal(code, 0, err)
    assert.match(err, /^done \+ role deployer: create/m)
    const again = await root('iam', 'apply', path)
    assert.deepEqual([again.code, again.out], [0, ''])
    assert.match(again.err, /^Nothing to change\.$/m)
    assert.equal((await root('iam', 'plan', path, '--prune')).code, 0)
    const { User } = await server.root.done('GetUser', { UserName: 'alice' })
    assert.equal(
      User.PermissionsBoundary.PermissionsBoundaryArn,
      `arn:aws:iam::${account}:policy/bounds/limits`,
    )
    assert.ok(
      User.Tags.some((tag: object) => JSON.stringify(tag) === '{"Key":"cost","Value":"0042"}'),
    )
  })
  it('finds drift, shows it, and changes nothing when it only plans', async () => {
    await server.root.done('RemoveUserFromGroup', { GroupName: 'sre', UserName: 'bob' })
    for (const line of [
      ['iam', 'plan', path],
      ['iam', 'apply', path, '--dry-run', '--yes'],
    ]) {
      const { code, out } = await root(...line)
      assert.equal(code, EXIT_CODES.drift)
      assert.equal(out, '+ group sre: add bob\n')
    }
    const { Users } = await server.root.done('GetGroup', { GroupName: 'sre' })
    assert.equal(Users.length, 1)
  })
  it('shows what changes in a policy, and what is odd about it', async () => {
    write('"*"')
    const { out, code } = await root('iam', 'plan', path)
    assert.equal(code, EXIT_CODES.drift)
    assert.match(out, /^~ policy logins: put a new version in force$/m)
    assert.match(out, /^ {4}- +"ec2:osuser": "deploy",$/m)
    assert.match(out, /^ {4}\+ +"ec2:osuser": "\*",$/m)
    assert.match(out, /^ {4}(warning|error): /m)
    const json = await root('iam', 'plan', path, '--output', 'json')
    const [first] = JSON.parse(json.out) as { kind: string; findings: object[] }[]
    assert.deepEqual([first?.kind, (first?.findings.length ?? 0) > 0], ['changePolicy', true])
  })
  it('keeps to five versions of a policy', async () => {
    for (const osUser of ['a', 'b', 'c', 'd', 'e', 'f', 'deploy']) {
      write(osUser)
      const { code, err } = await root('iam', 'apply', path, '--yes')
      assert.equal(code, 0, err)
    }
  })
  it('writes a file that makes the same again', async () => {
    await server.root.done('TagUser', {
      UserName: 'alice',
      Tags: [
        { Key: 'odd', Value: ' a\u2028b:c ' },
        { Key: 'yes', Value: '' },
      ],
    })
    const { out, code } = await root('iam', 'export')
    assert.equal(code, 0)
    // Nothing in it acts on a terminal.
    assert.doesNotMatch(out, /\u2028/)
    const exported = await root('iam', 'plan', file('exported.yaml', out), '--prune')
    assert.equal(exported.code, 0, exported.out)
    assert.equal((await root('iam', 'plan', path)).code, EXIT_CODES.drift)
    assert.equal((await root('iam', 'apply', path, '--yes')).code, 0)
  })
  it('deletes what the file does not name with --prune alone, and never the caller', async () => {
    const admin = await server.user('admin', { Effect: 'Allow', Action: '*', Resource: '*' })
    await server.user('carol', { Effect: 'Allow', Action: 'ec2:*', Resource: '*' })
    const asAdmin = fleetkeyAs(envOf(server.url, admin))
    assert.equal((await asAdmin('iam', 'plan', path)).code, 0)
    const { out } = await asAdmin('iam', 'plan', path, '--prune')
    assert.equal(out, '- user carol: delete, with all that is theirs\n')
    assert.equal((await asAdmin('iam', 'apply', path, '--prune', '--yes')).code, 0)
    assert.equal((await asAdmin('iam', 'plan', path, '--prune')).code, 0)
    assert.equal((await root('iam', 'users', 'show', 'carol')).code, EXIT_CODES.notFound)
    // A file with another section has no say in users.
    const only = file('only.yaml', 'groups:\n  sre: {members: [alice], policies: [logins]}\n')
    assert.doesNotMatch((await asAdmin('iam', 'plan', only, '--prune')).out, /user|role|policy l/)
  })
  it('deletes no policy that somebody who stays has', async () => {
    const only = file('policies.yaml', 'policies: {limits: {document: limits.json}}')
    const { code, err } = await root('iam', 'apply', only, '--prune', '--yes')
    assert.equal(code, EXIT_CODES.usage)
    assert.match(err, /names the policy logins, which would not be there/)
  })
  it('denies everything for the moment where no order is safe, but never the caller', async () => {
    const both = (allowed: string, denied: string) => `
      Version: 2012-10-17
      Statement:
        - {Effect: Allow, Action: '${allowed}', Resource: '*'}
        - {Effect: Deny, Action: '${denied}', Resource: '*'}`
    const fenced = (policies: string) =>
      file(
        'fenced.yaml',
        `policies:
  one:
    document: ${both('ec2:DescribeInstances', 'ec2:CreateTags')}
  two:
    document: ${both('ec2:CreateTags', 'ec2:DescribeInstances')}
users:
  frank: {policies: [${policies}]}
`,
      )
    assert.equal((await root('iam', 'apply', fenced('one, two'), '--yes')).code, 0)
    const { code, err } = await root('iam', 'apply', fenced(''), '--yes')
    assert.equal(code, 0, err)
    assert.match(
      err,
      /^done - user frank: deny everything while[^]*detach one[^]*detach two[^]*deny everything no longer$/m,
    )
    assert.equal((await root('iam', 'apply', fenced('one, two'), '--yes')).code, 0)
    const { AccessKey } = await server.root.done('CreateAccessKey', { UserName: 'frank' })
    const read = { Effect: 'Allow', Action: 'iam:*', Resource: '*' }
    await server.root.done('CreateGroup', { GroupName: 'readers' })
    await server.root.done('PutGroupPolicy', {
      GroupName: 'readers',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: read }),
    })
    await server.root.done('AddUserToGroup', { GroupName: 'readers', UserName: 'frank' })
    const frank = fleetkeyAs(
      envOf(server.url, {
        accessKeyId: AccessKey.AccessKeyId,
        secretAccessKey: AccessKey.SecretAccessKey,
      }),
    )
    const own = await frank('iam', 'plan', fenced(''))
    assert.equal(own.code, EXIT_CODES.refused)
    assert.match(own.err, /another administrator/)
  })
  it('stops at the first failure and says what was made and what not', async () => {
    const clerk = await server.user('clerk', [
      {
        Effect: 'Allow',
        Action: ['iam:Get*', 'iam:List*', 'iam:CreatePolicy', 'iam:CreateGroup'],
        Resource: '*',
      },
    ])
    const some = file(
      'some.yaml',
      `
policies: {extra: {document: limits.json}}
users: {erin: {policies: [extra]}}
`,
    )
    const { code, err } = await fleetkeyAs(envOf(server.url, clerk))('iam', 'apply', some, '--yes')
    assert.equal(code, EXIT_CODES.accessDenied)
    assert.match(err, /^done \+ policy extra: create$/m)
    assert.match(
      err,
      /^Stopped: 1 of 3 changes made\. Not made:\n {2}\+ user erin: create\n {2}\+ user erin: attach extra$/m,
    )
    assert.match(err, /iam:CreateUser/)
    // Whoever may goes on where it stopped.
    const rest = await root('iam', 'apply', some, '--yes')
    assert.equal(rest.code, 0)
    assert.doesNotMatch(rest.out, /policy extra/)
  })
})

describe('docs/operate/iam-apply.md', () => {
  it('shows a file that can be applied', async () => {
    const page = readFileSync(
      new URL('../../../../docs/operate/iam-apply.md', import.meta.url),
      'utf8',
    )
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page) ?? []
    const { Account } = await server.root.done('GetCallerIdentity', {})
    const statement = { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statement })
    for (const name of ['staging-logins.json', 'oncall.json']) file(name, document)
    const path = file('documented.yaml', yaml.replaceAll('111122223333', Account))
    const { code, err } = await root('iam', 'apply', path, '--yes')
    assert.equal(code, 0, err)
    assert.equal((await root('iam', 'plan', path)).code, 0)
  })
})

describe('an apply file', () => {
  const refused = async (text: string) => {
    const { code, err, out } = await root('iam', 'plan', file('refused.yaml', text))
    assert.equal(out, '')
    return [code, err] as const
  }
  for (const [what, text, why] of [
    [
      'a key that is not known (a misspelled boundary would be none)',
      'users: {a: {bondary: x}}',
      /has "bondary"/,
    ],
    ['a section that is not known', 'polices: {}', /has "polices"/],
    ['a key twice (the last would win silently)', 'users:\n  a: {}\n  a: {}', /unique/],
    ['two documents', 'users: {}\n---\nusers: {}', /multiple documents/],
    ['tags of YAML', 'users: !!js/function x', /tag/],
    [
      'anchors that multiply',
      `users: &a {x: {}}\n${'abcdefgh'
        .split('')
        .map((n) => `${n}: [${'*a, '.repeat(40)}*a]`)
        .join('\n')}`,
      /./,
    ],
    ['an anchor in itself', 'users: &a {x: *a}', /./],
    [
      'a member that is nobody',
      'groups: {g: {members: [nobody]}}',
      /names the user nobody, which would not be there/,
    ],
    ['a policy that is not there', 'users: {a: {policies: [none]}}', /names the policy none/],
    ['a role that trusts nobody', 'roles: {r: {maxSession: 1h}}', /has no trust/],
    ['a session of a day', 'roles: {r: {trust: {}, maxSession: 24h}}', /./],
    ['a list where a map belongs', 'users: [a]', /must be a map/],
    [
      'what apply itself uses',
      `users: {a: {inline: {fleetkey-apply-in-progress: {Version: 2012-10-17, Statement: {Effect: Allow, Action: 'ec2:*', Resource: '*'}}}}}`,
      /apply itself/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const [code, err] = await refused(text)
      assert.notEqual(code, 0)
      assert.ok(
        [EXIT_CODES.usage, EXIT_CODES.policyFaulty].some((one) => one === code),
        err,
      )
      assert.match(err, why)
    })
  }
  it('refuses a policy that is not valid, and says which', async () => {
    const [code, err] = await refused(
      'policies: {p: {document: {Version: 2012-10-17, Statement: []}}}',
    )
    assert.equal(code, EXIT_CODES.policyFaulty)
    assert.match(err, /policies\.p\.document/)
  })
  it('that is empty wants nothing', async () => {
    assert.equal((await root('iam', 'plan', file('empty.yaml', ''), '--prune')).code, 0)
  })
})
