import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { writeProfiles } from '../config/profiles.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { paintFor } from '../output.ts'
import { run } from '../run.ts'
import { writeSession } from '../sign-in/session-cache.ts'

const NOW = 1_795_000_000_000
const NAMES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_ENDPOINT_URL',
  'AWS_REGION',
  'AWS_CA_BUNDLE',
]

describe('fleetkey credentials', () => {
  let env: Record<string, string>
  beforeEach(() => {
    env = { HOME: mkdtempSync(join(tmpdir(), 'fleetkey-credentials-')) }
    writeProfiles(env, {
      keys: { endpoint: 'https://a.example', accessKeyId: 'AKIA1', secretAccessKey: `it's` },
      sso: { endpoint: 'https://b.example', caFile: '/ca.pem', user: 'alice' },
    })
  })
  afterEach(() => rmSync(env['HOME'] ?? '', { recursive: true, force: true }))

  async function fleetkey(...args: readonly string[]) {
    let [out, err] = ['', '']
    const code = await run(args, {
      env,
      interactive: false,
      paintOut: paintFor({}, {}),
      paintErr: paintFor({}, {}),
      out: (text) => (out += text),
      err: (text) => (err += text),
      now: () => NOW,
    })
    return { code, out, err }
  }

  function logIn(leftMs: number): void {
    writeSession(env, 'sso', {
      endpoint: 'https://b.example/',
      region: 'on-prem-7',
      credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' },
      expiresAt: NOW + leftMs,
      arn: 'arn:aws:iam::1:user/alice',
      origin: { kind: 'password', user: 'alice' },
    })
  }

  it('are those of the login, with their end', async () => {
    logIn(61_000)
    const { out } = await fleetkey('credentials', '--profile', 'sso')
    assert.deepEqual(JSON.parse(out), {
      Version: 1,
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: new Date(NOW + 61_000).toISOString(),
    })
  })
  it('are the access key of a profile that has one, for ever', async () => {
    const { out } = await fleetkey('credentials', '--profile', 'keys')
    assert.deepEqual(JSON.parse(out), {
      Version: 1,
      AccessKeyId: 'AKIA1',
      SecretAccessKey: `it's`,
    })
  })
  it('are not given in the last minute; the cause is on standard error alone', async () => {
    logIn(60_000)
    const { code, out, err } = await fleetkey('credentials', '--profile', 'sso')
    assert.deepEqual({ code, out }, { code: EXIT_CODES.credentials, out: '' })
    assert.match(err, /Your login has expired\.\n {2}do {6}fleetkey login --profile sso\n/)
  })
  it('are none before a login', async () => {
    const { code, err } = await fleetkey('credentials', '--profile', 'sso')
    assert.equal(code, EXIT_CODES.credentials)
    assert.match(err, /You are not logged in/)
  })

  /** What a shell has after evaluating them, over leftovers of other credentials. */
  function inShell(lines: string): Record<string, string> {
    const stale = Object.fromEntries(NAMES.map((name) => [name, 'stale']))
    const script = `${lines}\nenv -0`
    const text = execFileSync('/bin/sh', ['-c', script], {
      env: { ...stale, PATH: '/usr/bin:/bin' },
    })
    const all = String(text)
      .split('\0')
      .map((line) => line.split(/=(.*)/s).slice(0, 2))
    return Object.fromEntries(all.filter(([name = '']) => NAMES.includes(name)))
  }

  it('set the environment of a shell, with the place where they are good', async () => {
    logIn(3_600_000)
    const { out } = await fleetkey('credentials', '--profile', 'sso', '--env')
    assert.deepEqual(inShell(out), {
      AWS_ACCESS_KEY_ID: 'ASIA1',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_SESSION_TOKEN: 't',
      AWS_CREDENTIAL_EXPIRATION: new Date(NOW + 3_600_000).toISOString(),
      AWS_ENDPOINT_URL: 'https://b.example',
      AWS_REGION: 'on-prem-7',
      AWS_CA_BUNDLE: '/ca.pem',
    })
  })
  it('leave no token of others in it, and quote what a shell would read', async () => {
    const { out } = await fleetkey('credentials', '--profile', 'keys', '--env')
    assert.deepEqual(inShell(out), {
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: `it's`,
      AWS_ENDPOINT_URL: 'https://a.example',
      AWS_REGION: 'on-prem-1',
    })
  })
})
