import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startOidcProvider, type OidcProvider } from '@fleetkey/fleet/oidc/oidc-provider'
import { FakeApi } from '../api/fake-api.ts'
import { readSession } from '../sign-in/session-cache.ts'

const PROGRAM = new URL('../../bin/fleetkey', import.meta.url).pathname

// What only a process shows: signals and standard input.

describe('fleetkey login', { timeout: 60_000 }, () => {
  let provider: OidcProvider
  let api: FakeApi
  let env: Record<string, string>
  before(async () => {
    provider = await startOidcProvider({ accounts: [] })
    const { issuer, clientId } = provider
    api = new FakeApi({
      '/.well-known/fleetkey': () => ({
        body: { region: 'on-prem-7', providers: [{ issuer, clientId }], password: true },
      }),
      SignIn: ({ input }) =>
        input['TokenCode'] === undefined
          ? { status: 400, body: { __type: 'MultiFactorAuthRequiredException', Message: 'Code?' } }
          : {
              body: {
                Credentials: {
                  AccessKeyId: 'ASIA1',
                  SecretAccessKey: 's',
                  SessionToken: 't',
                  Expiration: Date.now() / 1000 + 900,
                },
                User: { UserName: 'alice', Arn: 'arn:aws:iam::1:user/alice' },
              },
            },
    })
    const { FLEETKEY_ENDPOINT: endpoint = '' } = await api.open()
    const home = mkdtempSync(join(tmpdir(), 'fleetkey-login-'))
    env = {
      HOME: home,
      PATH: process.env['PATH'] ?? '',
      FLEETKEY_ENDPOINT: endpoint,
      // Compiled modules where they always are: the home is new.
      NODE_COMPILE_CACHE: join(homedir(), '.cache/fleetkey/compiled'),
    }
  })
  after(async () => {
    api.close()
    rmSync(env['HOME'] ?? '', { recursive: true, force: true })
    await provider.stop()
  })

  function start(...args: readonly string[]) {
    const child = spawn(PROGRAM, ['login', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    const done = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }))
    return { child, done, printed: (what: string) => err.includes(what) }
  }

  for (const flag of ['--no-browser', '--device']) {
    it(`${flag} ends in order at Ctrl-C and keeps nothing`, async () => {
      const { child, done, printed } = start(flag)
      while (!printed(provider.issuer)) await once(child.stderr, 'data')
      child.kill('SIGINT')
      const { code, err } = await done
      assert.equal(code, 130, err)
      assert.match(err, /You ended it; nothing was changed/)
      assert.doesNotMatch(err, /should not have happened/)
      assert.ok(!readdirSync(env['HOME'] ?? '').includes('.config'))
    })
  }

  it('--user reads password and code from standard input, a line each', async () => {
    const { child, done } = start('--user', 'alice')
    child.stdin.end('pass word\r\n123456\n')
    const { code, out, err } = await done
    assert.equal(code, 0, err)
    assert.match(out, /Logged in as arn:aws:iam::1:user\/alice/)
    const { input } = api.calls.at(-1) ?? {}
    assert.deepEqual(input, { UserName: 'alice', Password: 'pass word', TokenCode: '123456' })
    assert.equal(readSession(env, 'default')?.credentials.sessionToken, 't')
    assert.doesNotMatch(out + err, /pass word|123456/)
  })

  it('--user takes no part of a provider’s sign-in', async () => {
    const { done } = start('--user', 'alice', '--role', 'sre')
    assert.equal((await done).code, 64)
  })
})
