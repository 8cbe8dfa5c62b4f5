import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgeAccess } from './access-rules.ts'
import { judgePam, type PamSeen } from './pam.ts'
import { readPamRules } from './pam-rules.ts'

/** /etc/pam.d of Debian 12, without its comments. */
const FILES: Record<string, string> = {
  sshd: `@include common-auth
account    required     pam_nologin.so
# account  required     pam_access.so
@include common-account
session [success=ok ignore=ignore module_unknown=ignore default=bad]        pam_selinux.so close`,
  'common-auth': 'auth	[success=1 default=ignore]	pam_unix.so nullok',
  'common-account': `account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so
account	requisite			pam_deny.so
account	required			pam_permit.so`,
}
const read = (name: string) => {
  const text = FILES[name]
  if (text === undefined) throw new Error('ENOENT')
  return text
}
const rules = readPamRules('sshd', 'account', read)
const access = { type: 'account', control: 'required', module: 'pam_access.so', args: [] } as const
const login = { user: 'alice', groups: ['alice', 'dev'], address: '192.0.2.7', uid: 1000 }
const judge = (changes: Partial<PamSeen>) =>
  judgePam({
    usesPam: true,
    rules,
    noLoginFile: undefined,
    readAccess: () => '',
    login,
    ...changes,
  })[0]

describe('account rules of PAM', () => {
  it('are read through their includes', () => {
    assert.deepEqual(
      rules.map(({ module }) => module),
      ['pam_nologin.so', 'pam_unix.so', 'pam_deny.so', 'pam_permit.so'],
    )
    const loop = readPamRules(
      'sshd',
      'account',
      () => '@include sshd\naccount required pam_time.so',
    )
    assert.ok(loop.length > 0 && loop.length < 20)
  })

  it('are good as Debian has them', () => {
    assert.equal(judge({})?.state, 'good')
    assert.equal(judge({ usesPam: false, rules: [] })?.state, 'good')
  })

  it('keep all but root out while there is a nologin file', () => {
    assert.equal(judge({ noLoginFile: '/run/nologin' })?.cause, 'pam-refused')
    assert.equal(
      judge({ noLoginFile: '/run/nologin', usesPam: false, rules: [] })?.cause,
      'pam-refused',
    )
    assert.equal(judge({ noLoginFile: '/run/nologin', login: { ...login, uid: 0 } })?.state, 'good')
    assert.equal(judge({ noLoginFile: '/run/nologin', rules: [] })?.state, 'good', 'no pam_nologin')
  })

  it('refuse by access.conf where pam_access is asked', () => {
    const refusing = '# as the manual has it\n-:ALL EXCEPT root:ALL'
    const readAccess = (path: string) => (path === '/etc/security/access.conf' ? refusing : '')
    assert.equal(judge({ readAccess })?.state, 'good')
    const found = judge({ readAccess, rules: [access] })
    assert.equal(found?.cause, 'pam-refused')
    // Another file than the usual one is asked, and that alone.
    const other = { ...access, args: ['accessfile=/etc/security/ssh.conf'] }
    assert.equal(judge({ readAccess, rules: [other] })?.state, 'good')
    const there = judge({
      rules: [other],
      readAccess: (path) => (path === '/etc/security/ssh.conf' ? refusing : ''),
    })
    assert.match(there?.says ?? '', /\(\/etc\/security\/ssh\.conf, line 2\)/)
    // What it comes to is not known where others may overrule it, or its lines mean something else.
    assert.equal(
      judge({ readAccess, rules: [{ ...access, control: 'sufficient' }] })?.state,
      'unknown',
    )
    assert.equal(
      judge({ readAccess, rules: [{ ...access, args: ['fieldsep=|'] }] })?.state,
      'unknown',
    )
    assert.equal(judge({ readAccess, rules: [{ ...access, control: 'optional' }] })?.state, 'good')
    assert.match(found?.says ?? '', /line 2\): -:ALL EXCEPT root:ALL/)
  })

  it('refuse everybody by pam_deny, but where a rule before it leads past it', () => {
    const deny = { ...access, module: 'pam_deny.so' }
    assert.equal(judge({ rules: [deny, ...rules] })?.cause, 'pam-refused')
    assert.equal(judge({ rules: [{ ...deny, control: 'optional' }] })?.state, 'good')
  })

  it('that only the system can judge are unknown', () => {
    assert.equal(judge({ rules: [{ ...access, module: 'pam_time.so' }] })?.state, 'unknown')
  })
})

describe('access.conf', () => {
  for (const [text, wanted] of [
    ['', 'allowed'],
    ['+:alice:ALL\n-:ALL:ALL', 'allowed'],
    ['-:alice bob:192.0.2.0/24', 'refused'],
    ['-:alice:10.0.0.0/8', 'allowed'],
    ['-:ALL EXCEPT (dev):ALL', 'allowed'],
    ['-:ALL EXCEPT (wheel) shutdown:ALL EXCEPT LOCAL', 'refused'],
    ['-:ALL EXCEPT root EXCEPT alice:ALL', 'refused'],
    ['-:alice:192.0.2.', 'refused'],
    ['-:dev:ALL', 'refused'],
    ['+:root:cron tty1', 'allowed'],
    ['-:@admins:ALL', 'unknown'],
    ['-:alice:gateway.example.com', 'unknown'],
    ['-:bob:@hosts\n-:alice:ALL', 'refused'],
  ] as const)
    it(`${text.replaceAll('\n', ' / ') || 'empty'}: ${wanted}`, () => {
      assert.equal(judgeAccess(text, login).kind, wanted)
    })

  it('cannot know of an address that is not said', () => {
    assert.equal(
      judgeAccess('-:alice:192.0.2.0/24', { ...login, address: undefined }).kind,
      'unknown',
    )
  })
})
