import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { authenticatorOf } from '@fleetkey/server/testing/authenticator'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { EXIT_CODES } from '../../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../../testing/run-fleetkey.ts'

// Against the real server: what a command asks for must be what there is.

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-iam-'))
let server: ControlPlane
let accountId: string
let fleetkey: (...args: readonly string[]) => Promise<Done>

before(async () => {
  server = await startControlPlane()
  fleetkey = fleetkeyAs(envOf(server.url, server.root))
  accountId = (await server.root.done('GetCallerIdentity', {})).Account
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `fleetkey iam …` and expects success. */
async function iam(line: string): Promise<string> {
  const { code, out, err } = await fleetkey('iam', ...line.split(' '))
  assert.equal(code, 0, `${line}: ${err}`)
  return out
}

async function shown(line: string): Promise<Record<string, unknown>> {
  return JSON.parse(await iam(`${line} --output json`)) as Record<string, unknown>
}

function policy(name: string, actions: string): string {
  const path = join(folder, name)
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
  writeFileSync(path, JSON.stringify({ Version: '2012-10-17', Statement: statement }))
  return path
}

const arn = (rest: string) => `arn:aws:iam::${accountId}:${rest}`

describe('iam users', () => {
  it('are made, shown with all that is theirs, renamed and deleted', async () => {
    const file = policy('read.json', 'ec2:DescribeInstances')
    await iam(`policies put limits ${file}`)
    await iam('users create alice --path /team/ --boundary limits --tag team=web')
    await iam('groups create sre')
    await iam('groups add sre alice')
    await iam(`users put-policy alice own ${file}`)
    await iam('users attach alice limits')
    await iam('users tag alice cost=42')
    await iam('access-keys create alice')
    const before = await shown('users show alice')
    const [key] = before['accessKeys'] as { accessKeyId: string; status: string }[]
    assert.equal(key?.status, 'Active')
    assert.equal(before['arn'], arn('user/team/alice'))
    assert.deepEqual(
      [
        'groups',
        'inlinePolicies',
        'managedPolicies',
        'boundary',
        'tags',
        'password',
        'sessions',
      ].map((name) => before[name]),
      [
        ['sre'],
        ['own'],
        [arn('policy/limits')],
        arn('policy/limits'),
        { team: 'web', cost: '42' },
        'none',
        [],
      ],
    )
    assert.match(await iam('users show alice'), /^access keys +AKIA\w+ {2}Active, never used$/m)

    await iam('users untag alice cost')
    await iam('users detach alice limits')
    await iam('users delete-policy alice own')
    await iam('users boundary remove alice')
    await iam('groups remove sre alice')
    await iam('users rename alice alicia --path /')
    const after = await shown('users show alicia')
    assert.deepEqual(
      ['arn', 'groups', 'inlinePolicies', 'managedPolicies', 'boundary', 'tags'].map(
        (name) => after[name],
      ),
      [arn('user/alicia'), [], [], [], '', { team: 'web' }],
    )

    const refused = await fleetkey('iam', 'users', 'delete', 'alicia')
    assert.equal(refused.code, EXIT_CODES.cancelled)
    assert.match(refused.err, /With it goes:\n {2}access keys: AKIA/)
    await iam('users delete alicia --yes')
    assert.equal((await fleetkey('iam', 'users', 'show', 'alicia')).code, EXIT_CODES.notFound)
  })
  it('show what the caller may see, and say what not', async () => {
    await iam('users create bob')
    const clerk = await server.user('clerk', [
      { Effect: 'Allow', Action: ['iam:GetUser', 'iam:ListGroupsForUser'], Resource: '*' },
    ])
    const { code, out } = await fleetkeyAs(envOf(server.url, clerk))('iam', 'users', 'show', 'bob')
    assert.equal(code, 0)
    assert.match(out, /^groups +-$/m)
    assert.match(out, /^access keys +\(you may not see this\)$/m)
  })
})

describe('iam groups and roles', () => {
  it('show members and policies', async () => {
    const file = policy('dba.json', 'ec2:DescribeInstances')
    await iam('users create carol')
    await iam('groups create dba --path /db/')
    await iam('groups add dba carol')
    await iam(`groups put-policy dba p ${file}`)
    const { members, inlinePolicies } = await shown('groups show dba')
    assert.deepEqual([members, inlinePolicies], [['carol'], ['p']])
    assert.match(await iam('groups get-policy dba p'), /"ec2:DescribeInstances"/)
  })
  it('trust users whom the command names', async () => {
    await iam('users create dave')
    await iam('roles create deployer --trust-user dave --max-session 2h --description x')
    const role = await shown('roles show deployer')
    assert.equal(role['maxSessionSeconds'], 7200)
    const { Statement } = JSON.parse(String(role['trustPolicy'])) as {
      Statement: { Principal: object }[]
    }
    assert.deepEqual(Statement[0]?.Principal, { AWS: [arn('user/dave')] })
    await iam('roles update deployer --max-session 3h')
    assert.equal((await shown('roles show deployer'))['maxSessionSeconds'], 10_800)
  })
  it('trust people of a provider by their claims', async () => {
    await iam('providers create https://id.example.com --client-id fleetkey')
    await iam('providers claims id.example.com groups=groups')
    await iam('roles create oncall --trust-provider id.example.com --claim groups=sre,dba')
    const { Statement } = JSON.parse(String((await shown('roles show oncall'))['trustPolicy']))
    assert.deepEqual(Statement[0].Condition, {
      StringEquals: { 'id.example.com:aud': ['fleetkey'] },
      'ForAnyValue:StringEquals': { 'id.example.com:groups': ['sre', 'dba'] },
    })
    const providers = JSON.parse(await iam('providers --output json'))
    assert.deepEqual(providers[0].claimTags, { groups: 'groups' })
    await iam('roles set-trust oncall --trust-user dave')
    await iam('providers add-client id.example.com other')
    await iam('providers remove-client id.example.com other')
    await iam('providers delete id.example.com --yes')
    assert.equal((await shown('sessions list --role oncall'))['length'], 0)
    assert.match(await iam('sessions revoke --role oncall'), /^0 sessions of oncall/)
  })
  it('are not trusted to everybody at a provider', async () => {
    const line = ['iam', 'roles', 'create', 'all', '--trust-provider', 'id.example.com']
    assert.equal((await fleetkey(...line)).code, EXIT_CODES.usage)
    const twice = [...line, '--claim', 'groups=a', '--claim', 'groups=b']
    assert.notEqual((await fleetkey(...twice)).code, 0)
  })
})

describe('iam policies', () => {
  it('keep five versions: the oldest that is not in force makes room', async () => {
    const file = (number: number) => policy(`v${number}.json`, `ec2:Describe${number}*`)
    for (const number of [1, 2, 3, 4, 5]) await iam(`policies put logins ${file(number)}`)
    await iam('policies rollback logins v1')
    assert.match(await iam('policies put logins '.concat(file(6))), /in force as v6/)
    const versions = JSON.parse(await iam('policies versions logins --output json'))
    assert.deepEqual(
      versions.map(({ versionId }: { versionId: string }) => versionId),
      ['v6', 'v5', 'v4', 'v3', 'v1'],
    )
    await iam('policies rollback logins')
    assert.match(await iam('policies get logins'), /Describe5/)
    await iam('policies delete-version logins v6')
    await iam('policies tag logins team=web')
    await iam('users create erin')
    await iam('users attach erin logins')
    const { usedBy, defaultVersion, tags } = await shown('policies show logins')
    assert.deepEqual([usedBy, defaultVersion, tags], [['user erin'], 'v5', { team: 'web' }])
    const asked = await fleetkey('iam', 'policies', 'delete', 'logins')
    assert.match(asked.err, /taken from: user erin/)
    await iam('policies delete logins --yes')
    assert.match(await iam('policies list --all'), /AdministratorAccess/)
  })
})

describe('iam access-keys, passwords', () => {
  it('rotate: the old key goes on working until it is disabled', async () => {
    await iam('users create frank')
    assert.equal(
      (await fleetkey('iam', 'access-keys', 'rotate', 'frank')).code,
      EXIT_CODES.notFound,
    )
    const old = await shown('access-keys create frank')
    const made = await shown('access-keys rotate frank')
    assert.notEqual(made['accessKeyId'], old['accessKeyId'])
    assert.equal((await fleetkey('iam', 'access-keys', 'rotate', 'frank')).code, EXIT_CODES.refused)
    await iam(`access-keys disable frank ${String(old['accessKeyId'])}`)
    assert.match(await iam('access-keys list frank'), /Inactive/)
    await iam(`access-keys enable frank ${String(old['accessKeyId'])}`)
    await iam(`access-keys delete frank ${String(old['accessKeyId'])}`)
  })
  it('have a policy', async () => {
    assert.match(await iam('password-policy'), /twelve/)
    await iam('password-policy set --min-length 16 --numbers')
    assert.match(await iam('password-policy'), /^MinimumPasswordLength +16$/m)
    await iam('password-policy reset')
  })
  it('come from standard input, never from the command line', async () => {
    await iam('users create grace')
    const child = program('iam', 'users', 'set-password', 'grace', '--keep')
    child.stdin.end('correct horse battery staple\n')
    assert.equal(await ended(child), 0)
    assert.equal((await shown('users show grace'))['password'], 'set')
    const again = program('iam', 'users', 'set-password', 'grace')
    again.stdin.end('another horse battery staple\n')
    assert.equal(await ended(again), 0)
    assert.equal((await shown('users show grace'))['password'], 'must be changed')
  })
})

describe('iam mfa', () => {
  it('takes the app that scanned the seed, and none that did not', async () => {
    await iam('users create heidi')
    const child = program('iam', 'mfa', 'enable', 'heidi')
    const seed = await seedShownBy(child)
    const { code } = authenticatorOf({
      SerialNumber: '',
      Base32StringSeed: Buffer.from(seed).toString('base64'),
    })
    child.stdin.end(`${code(Date.now() - 30_000)}\n${code(Date.now())}\n`)
    assert.equal(await ended(child), 0)
    assert.match(await iam('mfa list heidi'), /mfa\/heidi/)
    assert.match(await iam('mfa recovery-codes heidi'), /^(\w{5}-\w{5}\n){10}$/)
    await iam('mfa remove heidi --yes')
    assert.deepEqual((await shown('users show heidi'))['mfaDevices'], [])

    const wrong = program('iam', 'mfa', 'enable', 'heidi')
    await seedShownBy(wrong)
    wrong.stdin.end('000000\n000000\n')
    assert.notEqual(await ended(wrong), 0)
    // The device is gone again: its name is free.
    const { VirtualMFADevices } = await server.root.done('ListVirtualMFADevices', {})
    assert.deepEqual(VirtualMFADevices, [])
  })
  it('say that somebody has no second factor', async () => {
    await iam('users create ivan')
    assert.equal(JSON.parse(await iam('mfa list ivan --output json')).length, 0)
    assert.equal((await fleetkey('iam', 'mfa', 'remove', 'ivan')).code, EXIT_CODES.notFound)
  })
})

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))

/** In a process of its own, for what it reads from standard input. */
function program(...args: readonly string[]) {
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    NODE_COMPILE_CACHE_PORTABLE: process.env['NODE_COMPILE_CACHE_PORTABLE'],
    ...envOf(server.url, server.root),
  }
  return spawn(process.execPath, [MAIN, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] })
}

async function ended(child: ReturnType<typeof program>): Promise<number | null> {
  child.stderr.resume()
  return child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0]
}

async function seedShownBy(child: ReturnType<typeof program>): Promise<string> {
  let text = ''
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    const [, seed] = /type the seed: ([A-Z2-7]+)\n/.exec(text) ?? []
    if (seed !== undefined) return seed
  }
  throw new Error(text)
}
