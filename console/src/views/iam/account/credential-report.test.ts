import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lastActivity, oldestActiveKey, readCredentialReport } from './credential-report.ts'

const KEY = (number: number) =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service']
    .map((name) => `access_key_${number}_${name}`)
    .join(',')
const HEADINGS = `user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,${KEY(1)},${KEY(2)},cert_1_active`
const ANN =
  'ann,arn:aws:iam::1:user/ann,2026-01-01T00:00:00+00:00,true,no_information,2026-02-01T00:00:00+00:00,N/A,true,false,2026-01-02T00:00:00+00:00,2026-03-01T00:00:00+00:00,r,iam,true,2026-01-03T00:00:00+00:00,N/A,N/A,N/A,false'

const only = (line: string) => {
  const [read] = readCredentialReport(`${HEADINGS}\n${line}\n`)
  assert.ok(read)
  return read
}
const at = (day: string) => Date.parse(`2026-${day}T00:00:00Z`) / 1000

describe('readCredentialReport', () => {
  it('reads what a user has, by the headings', () => {
    const ann = only(ANN)
    assert.deepEqual(
      [ann.user, ann.hasPassword, ann.hasFactor, ann.passwordLastUsed, ann.passwordChanged],
      ['ann', true, true, undefined, at('02-01')],
    )
    assert.deepEqual(
      ann.keys.map(({ isActive }) => isActive),
      [false, true],
    )
  })

  it('tells the last use of anything, and the oldest key that is on', () => {
    assert.equal(lastActivity(only(ANN)), at('03-01'))
    assert.equal(oldestActiveKey(only(ANN)), at('01-03'))
  })

  it('reads a name with a comma, and a user who has nothing', () => {
    const bare = only(
      '"a,b","arn:aws:iam::1:user/a,b",2026-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false',
    )
    assert.deepEqual([bare.user, bare.keys, lastActivity(bare)], ['a,b', [], undefined])
  })
})
