import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROOT_LINE, type CredentialLine } from '../account/credential-report.ts'
import { credentialChecks, policyChecks, type Check } from './recommendations.ts'

const DAY = 86_400
const NOW = 1000 * DAY

const line = (user: string, has: Partial<CredentialLine> = {}): CredentialLine => ({
  user,
  hasPassword: false,
  passwordLastUsed: undefined,
  passwordChanged: undefined,
  passwordExpires: undefined,
  hasFactor: false,
  keys: [],
  ...has,
})
const key = (age: number, used?: number, isActive = true) => ({
  isActive,
  createdAt: NOW - age * DAY,
  lastUsed: used === undefined ? undefined : NOW - used * DAY,
})

/** What each check found, of those that found something. */
const found = (checks: readonly Check[]) =>
  Object.fromEntries(
    checks.flatMap((one) =>
      one.found.length === 0 ? [] : [[one.id, one.found.map(({ text }) => text)]],
    ),
  )
const ofCredentials = (...lines: CredentialLine[]) => found(credentialChecks(lines, NOW))

describe('credentialChecks', () => {
  it('finds nothing, and says what was looked at, where all is well', () => {
    const well = line('ann', {
      hasPassword: true,
      hasFactor: true,
      passwordChanged: NOW - 99 * DAY,
      passwordLastUsed: NOW - DAY,
      keys: [key(89, 1)],
    })
    const checks = credentialChecks([line(ROOT_LINE), well], NOW)
    assert.deepEqual(found(checks), {})
    assert.ok(checks.some(({ says }) => says.includes('not used in the last 30 days')))
  })

  it('tells a key that is old from one that nobody uses, and looks at active ones alone', () => {
    assert.deepEqual(
      ofCredentials(
        line('old', { keys: [key(91, 1)] }),
        line('idle', { keys: [key(100, 95)] }),
        line('never', { keys: [key(91)] }),
        line('new', { keys: [key(1)] }),
        line('off', { keys: [key(500, undefined, false)] }),
      ),
      { 'old-key': ['old', 'idle', 'never'], 'idle-key': ['idle', 'never'] },
    )
  })

  it('names who never signed in, once they have had a week for it', () => {
    const factor = { hasPassword: true, hasFactor: true }
    assert.deepEqual(
      ofCredentials(
        line('unclaimed', { ...factor, passwordChanged: NOW - 8 * DAY }),
        line('fresh', { ...factor, passwordChanged: NOW - 6 * DAY }),
      ),
      { 'never-signed-in': ['unclaimed'] },
    )
  })

  it('asks for a second factor only of who has a password', () => {
    assert.deepEqual(ofCredentials(line('program'), line('eve', { hasPassword: true })), {
      'no-factor': ['eve'],
    })
  })

  it('tells that root was at work, and not long ago', () => {
    const root = (used?: number) => ofCredentials(line(ROOT_LINE, { keys: [key(400, used)] }))
    assert.deepEqual(root(29), { 'root-used': ['What root did'] })
    assert.deepEqual([root(31), root()], [{}, {}])
  })
})

describe('policyChecks', () => {
  const far = { administrators: new Set(['eve', 'ann']), rootEverywhere: [] }
  it('names administrators with a password and without MFA', () => {
    const lines = [
      line('eve', { hasPassword: true }),
      line('ann', { hasPassword: true, hasFactor: true }),
      line('bob', { hasPassword: true }),
    ]
    assert.deepEqual(found(policyChecks(lines, far)), { 'administrator-without-factor': ['eve'] })
  })

  it('says nothing of MFA where the credential report could not be read', () => {
    const ids = policyChecks(undefined, far).map(({ id }) => id)
    assert.deepEqual(ids, ['root-everywhere'])
  })
})
