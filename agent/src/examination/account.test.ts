import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { type AccountCircumstances, judgeAccount } from './account.ts'
import type { HostAccount } from './host-account.ts'

const alice: HostAccount = {
  name: 'alice',
  uid: 1000,
  gid: 1000,
  home: '/home/alice',
  shell: '/bin/bash',
  groups: ['alice'],
  shadow: { password: 'none', changed: 20_700, maximum: 99_999 },
  twins: [],
}
const judge = (changes: Partial<HostAccount>, more: Partial<AccountCircumstances> = {}) =>
  judgeAccount(
    { ...alice, ...changes },
    { today: 20_783, usesPam: true, shell: 'good', settings: DEFAULT_SETTINGS, ...more },
  )
const expired = { shadow: { password: 'none', expires: 20_000 } } as const
const aged = { shadow: { password: 'set', changed: 0 } } as const
const locked = { shadow: { password: 'locked' } } as const

describe('an account', () => {
  for (const [what, found, state, cause] of [
    ['as useradd makes it', judge({}), 'good', undefined],
    ['without anything in shadow', judge({ shadow: { password: 'none' } }), 'good', undefined],
    ['locked, where PAM lets keys in', judge(locked), 'good', undefined],
    ['locked, without PAM', judge(locked, { usesPam: false }), 'bad', 'user-locked'],
    ['locked, sshd unreadable', judge(locked, { usesPam: undefined }), 'unknown', undefined],
    ['expired', judge({ shadow: { password: 'none', expires: 20_000 } }), 'bad', 'user-expired'],
    [
      'to change its password',
      judge({ shadow: { password: 'set', changed: 0 } }),
      'bad',
      'user-expired',
    ],
    ['expired, without PAM', judge(expired, { usesPam: false }), 'bad', 'user-expired'],
    ['with an old password, without PAM', judge(aged, { usesPam: false }), 'good', undefined],
    [
      'with an old password, sshd unreadable',
      judge(aged, { usesPam: undefined }),
      'unknown',
      undefined,
    ],
    ['without its shell', judge({}, { shell: 'missing' }), 'bad', 'user-has-no-shell'],
    [
      'with a shell that cannot be run',
      judge({}, { shell: 'not-executable' }),
      'bad',
      'user-has-no-shell',
    ],
    ['with nologin', judge({}, { shell: 'no-login' }), 'bad', 'user-has-no-shell'],
    ['with a twin', judge({ twins: ['backdoor'] }), 'bad', undefined],
    ['that is root', judge({ name: 'root', uid: 0 }), 'bad', undefined],
    [
      'denied by the agent',
      judge({}, { settings: { ...DEFAULT_SETTINGS, denyUsers: ['alice'] } }),
      'bad',
      undefined,
    ],
  ] as const)
    it(`${what} is ${cause ?? state}`, () => {
      assert.deepEqual([found[0]?.state, found[0]?.cause], [state, cause])
    })

  it('with a shell that is not listed may log in, and that is said', () => {
    assert.deepEqual(
      judge({}, { shell: 'not-listed' }).map(({ state }) => state),
      ['good', 'note'],
    )
  })

  it('is never changed by a fix', () => {
    const found = judge({ ...locked, twins: ['x'] }, { usesPam: false, shell: 'missing' })
    assert.equal(found.length, 3)
    for (const { mend } of found) assert.equal(mend?.fix, undefined)
  })
})
