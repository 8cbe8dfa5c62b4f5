import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { matchLogin, LOGIN_GRACE, type SeenGrant, type SeenLogin } from './match-login.ts'

const KEY = 'SHA256:one'
const LOGIN: SeenLogin = {
  osUser: 'alice',
  uid: 1000,
  method: 'publickey',
  fingerprint: KEY,
  at: 5000,
}
const GRANT: SeenGrant = {
  grantId: 'g',
  osUser: 'alice',
  uid: 1000,
  fingerprint: KEY,
  from: 1000,
  until: 7000,
}
const BY_GRANT = { kind: 'grant', grantId: 'g' }
const unexplained = (cause: string) => ({ kind: 'unexplained', cause })

const CASES: readonly (readonly [
  what: string,
  login: Partial<SeenLogin>,
  grants: readonly Partial<SeenGrant>[],
  explanation: object,
])[] = [
  ['by a live grant of its key and account', {}, [{}], BY_GRANT],
  ['in the moment of its installation', { at: 1000 }, [{}], BY_GRANT],
  ['that took all the time which sshd gives', { at: 7000 + LOGIN_GRACE }, [{}], BY_GRANT],
  ['of an account whose uid is not known', { uid: undefined }, [{}], BY_GRANT],
  [
    'by the last of several',
    {},
    [{ grantId: 'old' }, { from: 2000 }, { grantId: 'late', from: 5001 }],
    BY_GRANT,
  ],
  ['by a key that was never pushed', {}, [], unexplained('other-key')],
  [
    'beside a live grant of another key',
    {},
    [{ fingerprint: 'SHA256:two' }],
    unexplained('other-key'),
  ],
  ['before the key was pushed', { at: 999 }, [{}], unexplained('other-key')],
  ['long after', { at: 7001 + LOGIN_GRACE }, [{}], unexplained('grant-over')],
  ['as another account', { osUser: 'root' }, [{}], unexplained('grant-of-other-account')],
  [
    'as an account that has the name, and another uid',
    { uid: 0 },
    [{}],
    unexplained('grant-of-other-account'),
  ],
  ['by a certificate of the pushed key', { method: 'certificate' }, [{}], unexplained('other-key')],
  [
    'by password beside a live grant',
    { method: 'password', fingerprint: undefined },
    [{}],
    unexplained('other-method'),
  ],
  ['of which the key is not known', { fingerprint: undefined }, [{}], { kind: 'unknown' }],
  ['of which nothing is known', { method: 'unknown' }, [{}], { kind: 'unknown' }],
]

describe('a login', () => {
  for (const [what, login, grants, explanation] of CASES) {
    it(`${what}: ${JSON.stringify(explanation)}`, () => {
      const known = grants.map((grant) => ({ ...GRANT, ...grant }))
      assert.deepEqual(matchLogin({ ...LOGIN, ...login }, known), explanation)
      assert.deepEqual(matchLogin({ ...LOGIN, ...login }, known.toReversed()), explanation)
    })
  }
})
