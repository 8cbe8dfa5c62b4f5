import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { resolveSettings } from './settings.ts'

const profile = {
  endpoint: 'https://profile.example',
  region: 'on-prem-2',
  accessKeyId: 'AKIAPROFILE',
  secretAccessKey: 'from-profile',
}
const env = {
  AWS_ENDPOINT_URL: 'https://env.example',
  AWS_ACCESS_KEY_ID: 'AKIAENV',
  AWS_SECRET_ACCESS_KEY: 'from-env',
}
const profiles = { default: profile, other: { ...profile, accessKeyId: 'AKIAOTHER' } }
const fails = (cause: keyof typeof EXIT_CODES, pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.exitCode === EXIT_CODES[cause] && pattern.test(error.message)

/** The access key that is used, if it is one. */
const keyOf = ({ caller }: ReturnType<typeof resolveSettings>) =>
  caller.kind === 'access key' ? caller.credentials : undefined

describe('resolveSettings', () => {
  it('takes flags before environment before profile', () => {
    const settings = resolveSettings({ endpoint: 'https://flag.example' }, env, profiles)
    assert.equal(settings.endpoint.host, 'flag.example')
    assert.equal(keyOf(settings)?.accessKeyId, 'AKIAENV')
    assert.equal(settings.region, 'on-prem-2')
  })
  it('takes a profile named by a flag before the environment', () => {
    const settings = resolveSettings({ profile: 'other' }, env, profiles)
    assert.equal(keyOf(settings)?.accessKeyId, 'AKIAOTHER')
    assert.equal(settings.endpoint.host, 'profile.example')
  })
  it('takes the CA of the profile that names the endpoint, not one set for other tools', () => {
    const own = { default: { ...profile, caFile: '/etc/fleetkey/ca.pem' } }
    const others = { AWS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' }
    assert.equal(resolveSettings({}, others, own).caFile, '/etc/fleetkey/ca.pem')
    assert.equal(resolveSettings({}, { ...env, ...others }, own).caFile, others.AWS_CA_BUNDLE)
  })

  it('takes the login of a profile, named as it is', () => {
    const sso = {
      default: profile,
      sso: { endpoint: 'https://e.example', issuer: 'https://i.example' },
    }
    const login = { kind: 'login', profile: 'sso' }
    assert.deepEqual(resolveSettings({ profile: 'sso' }, env, sso).caller, login)
    assert.deepEqual(resolveSettings({}, { FLEETKEY_PROFILE: 'sso' }, sso).caller, login)
    assert.deepEqual(resolveSettings({}, { AWS_PROFILE: 'sso' }, sso).caller, login)
    const byPassword = { default: { endpoint: 'https://e.example', user: 'alice' } }
    assert.deepEqual(resolveSettings({}, {}, byPassword).caller, {
      kind: 'login',
      profile: 'default',
    })
  })
  it('takes an access key of the environment, or of the same profile, before a login', () => {
    const sso = { default: { ...profile, issuer: 'https://i.example' } }
    assert.equal(keyOf(resolveSettings({}, env, sso))?.accessKeyId, 'AKIAENV')
    assert.equal(keyOf(resolveSettings({}, {}, sso))?.accessKeyId, 'AKIAPROFILE')
  })

  it('names the profiles there are when one is missing', () => {
    assert.throws(
      () => resolveSettings({ profile: 'nope' }, {}, profiles),
      fails('configuration', /no profile "nope"/),
    )
  })
  it('lets AWS_PROFILE name a profile of the AWS CLI', () => {
    const settings = resolveSettings({}, { ...env, AWS_PROFILE: 'elsewhere' }, {})
    assert.equal(keyOf(settings)?.accessKeyId, 'AKIAENV')
  })
  it('takes FLEETKEY_… before AWS_…', () => {
    const both = { ...env, FLEETKEY_ENDPOINT: 'https://own.example' }
    assert.equal(resolveSettings({}, both, {}).endpoint.host, 'own.example')
  })
  it('uses a session token only with the access key it came with', () => {
    const withToken = { ...env, AWS_SESSION_TOKEN: 'token' }
    assert.equal(keyOf(resolveSettings({}, withToken, {}))?.sessionToken, 'token')
    const named = resolveSettings({ profile: 'other' }, withToken, profiles)
    assert.equal(keyOf(named)?.sessionToken, undefined)
  })
  it('never joins halves of two access keys', () => {
    const half = { AWS_ENDPOINT_URL: 'https://e.example', AWS_ACCESS_KEY_ID: 'AKIAENV' }
    assert.throws(() => resolveSettings({}, half, profiles), fails('configuration', /one half/))
  })
  it('refuses plain HTTP to another machine (would show answers to anyone in between)', () => {
    assert.throws(
      () => resolveSettings({ endpoint: 'http://10.0.0.1' }, env, {}),
      fails('configuration', /not encrypted/),
    )
  })
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    it(`takes plain HTTP to ${host}`, () => {
      assert.equal(
        resolveSettings({ endpoint: `http://${host}:8080` }, env, {}).endpoint.hostname,
        host,
      )
    })
  }
  it('refuses an access key id with a line end (would add a header)', () => {
    const bad = { ...env, AWS_ACCESS_KEY_ID: 'AKIA\r\nx: y' }
    assert.throws(() => resolveSettings({}, bad, {}), fails('configuration', /access key id/))
  })
  it('says what to do when nothing is set', () => {
    assert.throws(() => resolveSettings({}, {}, {}), fails('configuration', /Nothing says where/))
  })
})
