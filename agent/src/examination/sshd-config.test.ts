import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { helperCommand } from '../install/helper.ts'
import { PATHS } from '../paths.ts'
import { parseSshdConfig } from '../sshd.ts'
import { judgeSshdConfig, judgeUnreadable } from './sshd-config.ts'
import type { SshdConfigCircumstances } from './sshd-setting.ts'
import type { SshdLine } from './sshd-lines.ts'

/** `sshd -T` of OpenSSH 9.2 on Debian 12 after "fleetkey agent install": the lines that matter, and some beside them. */
const SOUND = `port 22
usepam yes
maxauthtries 6
permitrootlogin without-password
pubkeyauthentication yes
passwordauthentication yes
strictmodes yes
fingerprinthash SHA256
authorizedkeyscommand ${helperCommand}
authorizedkeyscommanduser fleetkey
authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2
authenticationmethods any
pubkeyacceptedalgorithms ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,rsa-sha2-512,rsa-sha2-256`

const alice = { name: 'alice', uid: 1000, groups: ['alice'], home: '/home/alice' }
const judge = (changes: Record<string, string>, more: Partial<SshdConfigCircumstances> = {}) => {
  const kept = SOUND.split('\n').filter((line) => !Object.hasOwn(changes, line.split(' ')[0] ?? ''))
  const text = [...kept, ...Object.entries(changes).map((pair) => pair.join(' '))].join('\n')
  return judgeSshdConfig(parseSshdConfig(text), {
    delivery: 'command',
    paths: PATHS,
    account: alice,
    lines: [],
    isCommon: true,
    asksHostPackage: () => false,
    canRead: () => true,
    lookAtPath: () => undefined,
    ...more,
  })
}
const line = (keyword: string, value: string, more: Partial<SshdLine> = {}): SshdLine => ({
  file: '/etc/ssh/sshd_config',
  number: 7,
  keyword,
  value,
  ...more,
})

describe("sshd's settings", () => {
  it('are good as the installation leaves them', () => {
    assert.deepEqual(
      judge({}).map(({ state, says }) => [state, says]),
      [['good', "sshd's settings for alice let a pushed key in."]],
    )
  })

  it('take no key at all where the list of revoked ones cannot be read', () => {
    const settings = { revokedkeys: '/etc/ssh/revoked' }
    assert.equal(judge(settings)[0]?.state, 'good')
    const [found] = judge(settings, { canRead: (path) => path !== '/etc/ssh/revoked' })
    assert.equal(found?.cause, 'keys-not-accepted')
    assert.match(found?.says ?? '', /cannot read \/etc\/ssh\/revoked/)
  })

  it('tell what comes of a login that they let in: another root, one program, no session', () => {
    const jail = { chrootdirectory: '/srv/%u' }
    assert.deepEqual(
      judge(jail).map(({ state }) => state),
      ['good', 'note'],
    )
    const lookAtPath = (path: string) => (path === '/srv/alice' ? 'it is gone' : undefined)
    const [found] = judge(jail, { lookAtPath })
    assert.equal(found?.state, 'bad')
    assert.match(
      found?.says ?? '',
      /ends the session at once: ChrootDirectory \/srv\/%u; it is gone/,
    )
    assert.match(judge({ forcecommand: '/bin/false' })[1]?.says ?? '', /ForceCommand \/bin\/false/)
    assert.match(judge({ maxsessions: '0' })[1]?.says ?? '', /MaxSessions 0/)
  })

  it('name the pattern that keeps a user out, where it is not the name itself', () => {
    assert.match(judge({ denyusers: 'alice' })[0]?.says ?? '', /^DenyUsers names alice: /)
    assert.match(judge({ denyusers: 'a*' })[0]?.says ?? '', /^DenyUsers names alice \(a\*\): /)
  })

  for (const [changes, cause] of [
    [{ pubkeyauthentication: 'no' }, 'keys-not-accepted'],
    [{ authenticationmethods: 'publickey,keyboard-interactive' }, 'more-methods-wanted'],
    [{ authenticationmethods: 'password keyboard-interactive:pam' }, 'keys-not-accepted'],
    [{ allowusers: 'bob' }, 'user-not-allowed'],
    [{ denygroups: 'alice' }, 'user-not-allowed'],
    [{ refuseconnection: 'yes' }, 'user-not-allowed'],
    [{ pubkeyacceptedalgorithms: 'rsa-sha2-512' }, 'algorithm-refused'],
    [{ authorizedkeyscommand: 'none' }, 'command-not-configured'],
    [{ authorizedkeyscommand: '/usr/bin/sss_ssh_authorizedkeys %u' }, 'command-not-configured'],
    [{ authorizedkeyscommanduser: 'nobody' }, 'command-wrong-user'],
    [{ fingerprinthash: 'MD5' }, 'command-failed'],
  ] as const)
    it(`${Object.entries(changes).flat().join(' ')} is ${cause}`, () => {
      const found = judge(changes as Record<string, string>)
      assert.deepEqual(
        found.map(({ state, cause: because }) => [state, because]),
        [['bad', cause]],
      )
    })

  for (const methods of ['publickey', 'publickey,password publickey', 'any'])
    it(`AuthenticationMethods ${methods} lets a key in`, () => {
      assert.equal(judge({ authenticationmethods: methods })[0]?.state, 'good')
    })

  it('for root are judged by PermitRootLogin too', () => {
    const account = { ...alice, name: 'root', uid: 0, groups: ['root'] }
    assert.equal(judge({}, { account })[0]?.state, 'good')
    for (const permitrootlogin of ['no', 'forced-commands-only']) {
      assert.equal(judge({ permitrootlogin }, { account })[0]?.cause, 'user-not-allowed')
    }
  })

  it('of other deliveries are that sshd reads their file', () => {
    assert.equal(judge({}, { delivery: 'home' })[0]?.state, 'good')
    assert.equal(judge({}, { delivery: 'file' })[0]?.cause, 'command-not-configured')
    const ours = { authorizedkeysfile: `.ssh/authorized_keys ${PATHS.authorizedKeys}/%u` }
    assert.equal(judge(ours, { delivery: 'file' })[0]?.state, 'good')
    const none = { authorizedkeysfile: 'none' }
    assert.equal(judge(none, { delivery: 'home' })[0]?.cause, 'command-not-configured')
    assert.equal(judge({}, { delivery: 'metadata' })[0]?.cause, 'command-not-configured')
    assert.equal(judge({}, { delivery: 'metadata', asksHostPackage: () => true })[0]?.state, 'good')
  })

  it('that somebody else wrote are named and never offered to be changed', () => {
    const [found] = judge(
      { authorizedkeyscommand: 'none' },
      {
        lines: [
          line('authorizedkeyscommand', 'none', {
            file: '/etc/ssh/sshd_config.d/05-x.conf',
            number: 1,
          }),
          line('authorizedkeyscommand', helperCommand),
        ],
      },
    )
    assert.match(found?.says ?? '', /sshd_config\.d\/05-x\.conf, line 1/)
    assert.equal(found?.mend?.fix, undefined)
    assert.equal(found?.mend?.commands?.[0], 'vi +1 /etc/ssh/sshd_config.d/05-x.conf')
  })

  it('that are ours and missing can be written again', () => {
    assert.equal(judge({ authorizedkeyscommand: 'none' })[0]?.mend?.fix, 'sshd-settings')
  })

  it('of a Match block are named by it', () => {
    const [found] = judge(
      { pubkeyauthentication: 'no' },
      {
        isCommon: false,
        lines: [
          line('pubkeyauthentication', 'no', { number: 2 }),
          line('pubkeyauthentication', 'no', { match: 'User alice', number: 9 }),
        ],
      },
    )
    assert.match(found?.says ?? '', /line 9, in Match User alice/)
  })

  it('are said to stop nothing where they only may', () => {
    const found = judge({ maxauthtries: '1' })
    assert.deepEqual(
      found.map(({ state }) => state),
      ['good', 'note'],
    )
    const some = judge({ pubkeyacceptedalgorithms: 'ssh-ed25519' })
    assert.match(some[1]?.says ?? '', /no keys of type rsa, ecdsa/)
  })
})

it('a directory that sshd needs and that is gone is no fault of its configuration', () => {
  const found = judgeUnreadable('sshd -T: Missing privilege separation directory: /run/sshd')
  assert.match(found.says, /^\/run\/sshd, which sshd needs, is missing/)
  assert.deepEqual(found.mend?.commands, ['install -d -m 755 /run/sshd'])
})

it('a configuration that sshd refuses is told in its own words', () => {
  const { state, says } = judgeUnreadable(
    'sshd -T: /etc/ssh/sshd_config: line 4: Bad configuration option: Portt\r\n/etc/ssh/sshd_config: terminating, 1 bad configuration options',
  )
  assert.equal(state, 'bad')
  assert.match(says, /line 4: Bad configuration option: Portt/)
})
