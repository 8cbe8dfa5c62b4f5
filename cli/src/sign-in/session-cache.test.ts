import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { deleteSession, profilesWithSession, readSession, writeSession } from './session-cache.ts'
import { parseSession, type Session } from './session.ts'

const session: Session = {
  endpoint: 'https://fleetkey.example:8443/',
  region: 'on-prem-1',
  credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' },
  expiresAt: 1_795_000_000_000,
  arn: 'arn:aws:sts::1:assumed-role/sre/carol',
  origin: {
    kind: 'provider',
    issuer: 'https://idp.example',
    clientId: 'fleetkey-cli',
    role: 'arn:aws:iam::1:role/sre',
    sessionName: 'carol',
    refreshToken: 'r',
  },
}

describe('the session cache', () => {
  let env: { HOME: string }
  let folder: string
  beforeEach(() => {
    env = { HOME: mkdtempSync(join(tmpdir(), 'fleetkey-sessions-')) }
    folder = join(env.HOME, '.cache/fleetkey/sessions')
  })
  afterEach(() => rmSync(env.HOME, { recursive: true, force: true }))

  it('gives back what was kept, whole', () => {
    writeSession(env, 'default', session)
    writeSession(env, 'other', { ...session, origin: { kind: 'password', user: 'alice' } })
    assert.deepEqual(readSession(env, 'default'), session)
    assert.deepEqual(profilesWithSession(env), ['default', 'other'])
    assert.equal(deleteSession(env, 'default'), true)
    assert.equal(deleteSession(env, 'default'), false)
    assert.equal(readSession(env, 'default'), undefined)
    assert.deepEqual(readdirSync(folder), ['other.json'])
  })

  it('is in $FLEETKEY_HOME when that is set', () => {
    const apart = { ...env, FLEETKEY_HOME: join(env.HOME, 'apart') }
    writeSession(apart, 'default', session)
    assert.deepEqual(readdirSync(join(env.HOME, 'apart/sessions')), ['default.json'])
    assert.equal(readSession(env, 'default'), undefined)
  })

  it('closes a folder that was there, open, before anything is written into it', () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    chmodSync(folder, 0o755)
    writeSession(env, 'default', session)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'default.json')).mode & 0o777, 0o600)
  })

  for (const [what, name] of [
    ['folder', '.'],
    ['file', 'default.json'],
  ] as const) {
    it(`refuses a session whose ${what} others can get at (they may hold it too, or have put it there)`, () => {
      writeSession(env, 'default', session)
      chmodSync(join(folder, name), 0o750)
      assert.throws(
        () => readSession(env, 'default'),
        (error) =>
          error instanceof Failure &&
          error.exitCode === EXIT_CODES.configuration &&
          error.todo.some((todo) => todo.startsWith('chmod ')),
      )
    })
  }

  it('goes to XDG_CACHE_HOME when that is set', () => {
    const elsewhere = { ...env, XDG_CACHE_HOME: join(env.HOME, 'x') }
    writeSession(elsewhere, 'default', session)
    assert.equal(readSession(env, 'default'), undefined)
    assert.ok(readFileSync(join(env.HOME, 'x/fleetkey/sessions/default.json')))
  })

  it('takes a damaged file for no login', () => {
    writeSession(env, 'default', session)
    writeFileSync(join(folder, 'default.json'), '{"endpoint":', { mode: 0o600 })
    assert.equal(readSession(env, 'default'), undefined)
  })
})

describe('parseSession', () => {
  it('takes nothing that lacks a part', () => {
    const whole = JSON.parse(JSON.stringify(session)) as Record<string, unknown>
    assert.deepEqual(parseSession(JSON.stringify(whole)), session)
    for (const name of Object.keys(whole)) {
      const { [name]: _gone, ...rest } = whole
      assert.equal(parseSession(JSON.stringify(rest)), undefined, name)
    }
    for (const inner of ['credentials', 'origin'] as const) {
      const parts = whole[inner] as Record<string, unknown>
      for (const name of Object.keys(parts).filter((each) => each !== 'refreshToken')) {
        const { [name]: _gone, ...rest } = parts
        assert.equal(parseSession(JSON.stringify({ ...whole, [inner]: rest })), undefined, name)
      }
    }
  })
})
