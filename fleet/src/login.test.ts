import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { fleetkey, FLEETKEY } from './fleetkey.ts'
import { startOidcProvider, type OidcProvider } from './oidc/oidc-provider.ts'
import { confirmDevice, signIn } from './oidc/person.ts'
import { mustRun } from './run-program.ts'
import { openWorkstation, type Workstation } from './workstation.ts'

// A person's day with a real server and a real provider: register, log in, work, let others work as oneself, log out.

const CAROL = { name: 'carol', password: 'of carol' }
const DAVE = { name: 'dave', password: 'of dave' }

describe('logging in as a person', { timeout: 180_000 }, () => {
  let dir: string
  let plane: ControlPlane
  let provider: OidcProvider
  let account: string
  let desk: Workstation

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'fleet-login-'))
    ;[plane, provider] = await Promise.all([
      startControlPlane({ dir: `${dir}/server`, address: '127.0.0.1' }),
      startOidcProvider({
        deviceInterval: 0.2,
        accounts: [
          { ...CAROL, groups: ['sre'] },
          { ...DAVE, groups: ['dev'] },
        ],
      }),
    ])
    account = await setUp()
  })
  after(async () => {
    await Promise.all([plane?.stop(), provider?.stop()])
    rmSync(dir, { recursive: true, force: true })
  })
  beforeEach(() => {
    desk = openWorkstation(dir, plane)
  })

  /** What docs/operate/login.md tells an administrator to do, with AWS's own client. Answers with the account. */
  async function setUp(): Promise<string> {
    const iam = new IAMClient({
      endpoint: plane.url,
      region: plane.root['AWS_REGION'] ?? '',
      credentials: {
        accessKeyId: plane.root['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: plane.root['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
      maxAttempts: 1,
      requestHandler: { httpsAgent: new Agent({ ca: readFileSync(plane.caFile) }) },
    })
    const { OpenIDConnectProviderArn: federated = '' } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: provider.issuer,
        ClientIDList: [provider.clientId],
      }),
    )
    const key = federated.split(':oidc-provider/')[1] ?? ''
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: federated },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${key}:aud`]: provider.clientId },
            'ForAnyValue:StringEquals': { [`${key}:groups`]: 'sre' },
          },
        },
      ],
    }
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }],
    }
    await iam.send(
      new CreateRoleCommand({ RoleName: 'sre', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'sre',
        PolicyName: 'see',
        PolicyDocument: JSON.stringify(policy),
      }),
    )
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    await iam.send(
      new CreateLoginProfileCommand({
        UserName: 'alice',
        Password: 'a first horse battery',
        PasswordResetRequired: true,
      }),
    )
    iam.destroy()
    return federated.split(':')[4] ?? ''
  }

  async function logInAsCarol(): Promise<void> {
    const { code, stderr } = await desk.logIn(['--no-browser'], (address) => signIn(address, CAROL))
    assert.equal(code, 0, stderr)
  }

  it('gives the role that trusts a group of theirs, and what the role may do', async () => {
    await logInAsCarol()
    const who = JSON.parse(await desk.must('whoami', '--output', 'json')) as Record<string, string>
    assert.equal(who['arn'], `arn:aws:sts::${account}:assumed-role/sre/carol@example.com`)
    assert.equal(who['role'], `arn:aws:iam::${account}:role/sre`)
    assert.equal(who['provider'], provider.issuer)
    assert.deepEqual(JSON.parse(await desk.must('instances', '--output', 'json')), [])
    assert.equal((await desk.run(['iam', 'users', 'list'])).code, 77)
  })

  it('gives nothing to those whose group no role trusts', async () => {
    const { code, stderr } = await desk.logIn(['--no-browser'], (address) => signIn(address, DAVE))
    assert.equal(code, 77, stderr)
    assert.match(stderr, /No role lets dave@example\.com in/)
  })

  it('works by a code, where there is no browser', async () => {
    const { code, stderr } = await desk.logIn(['--device'], (address) =>
      confirmDevice(address, new URL(address).searchParams.get('user_code') ?? '', CAROL),
    )
    assert.equal(code, 0, stderr)
    assert.match(await desk.must('whoami'), /assumed-role\/sre\/carol@example\.com/)
  })

  it('lets AWS’s own client work as the person, by credential_process', async () => {
    await logInAsCarol()
    const config = join(desk.home, 'aws-config')
    writeFileSync(
      config,
      `[profile fleetkey]
credential_process = ${FLEETKEY} credentials --profile default
endpoint_url = ${plane.url}
region = ${plane.root['AWS_REGION']}
`,
    )
    const program = fileURLToPath(new URL('whoami-with-sdk.ts', import.meta.url))
    const said = await mustRun([process.execPath, program], {
      env: {
        ...desk.environment,
        AWS_CONFIG_FILE: config,
        AWS_PROFILE: 'fleetkey',
        NODE_EXTRA_CA_CERTS: plane.caFile,
      },
    })
    assert.equal(said, `arn:aws:sts::${account}:assumed-role/sre/carol@example.com\n`)
  })

  it('renews a session that runs out, once, whoever comes first', async () => {
    await logInAsCarol()
    const before = desk.session()
    desk.age()
    const given = await Promise.all([
      desk.must('credentials'),
      desk.must('credentials'),
      desk.must('credentials'),
    ])
    assert.equal(new Set(given).size, 1)
    const renewed = desk.session()
    assert.notEqual(renewed.credentials['accessKeyId'], before.credentials['accessKeyId'])
    assert.notEqual(renewed.origin['refreshToken'], before.origin['refreshToken'])
    assert.match(await desk.must('whoami'), /assumed-role\/sre/)
  })

  it('ends at logout, also for those who kept a copy', async () => {
    await logInAsCarol()
    const exported = await desk.must('credentials', '--env')
    const copy = Object.fromEntries(
      [...exported.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
    const asCopy = () => fleetkey(['whoami'], { env: { ...desk.environment, ...copy } })
    assert.equal((await asCopy()).code, 0)
    assert.match(await desk.must('logout'), /^Logged out\.$/m)
    const { code, stderr } = await asCopy()
    assert.equal(code, 79)
    assert.match(stderr, /has been ended/)
    assert.equal((await desk.run(['whoami'])).code, 79)
  })

  it('works with a password of the server, which must be changed first', async () => {
    const place = ['--endpoint', plane.url, '--ca-file', plane.caFile]
    const { code, stdout, stderr } = await desk.run(
      ['login', ...place, '--user', 'alice'],
      ['a first horse battery', 'a second horse battery', 'a second horse battery', ''].join('\n'),
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, new RegExp(`arn:aws:iam::${account}:user/alice`))
    assert.match(await desk.must('whoami'), /:user\/alice/)
    assert.match(await desk.must('logout'), /Logged out/)
    assert.equal((await desk.run(['login'], 'a first horse battery\n')).code, 79)
  })
})
