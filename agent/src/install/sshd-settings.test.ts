import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSshdConfig } from '../sshd.ts'
import { ineffectiveIn } from './configure-sshd.ts'
import { InstallRefused } from './install-report.ts'
import { sshdSettings } from './sshd-settings.ts'

const stock =
  'pubkeyauthentication yes\nauthorizedkeysfile .ssh/authorized_keys\npasswordauthentication yes'
const settings = (kind: Parameters<typeof sshdSettings>[0], { lock = false, before = '' } = {}) =>
  sshdSettings(kind, { lock, before: parseSshdConfig(`${before}\n${stock}`) }).map((setting) =>
    setting.join(' '),
  )

const verbose = 'LogLevel VERBOSE'

describe('what sshd is told', () => {
  it('is the helper and its account', () => {
    assert.deepEqual(settings('command'), [
      'AuthorizedKeysCommand /usr/lib/fleetkey/authorized-keys %u %U %f',
      'AuthorizedKeysCommandUser fleetkey',
      verbose,
    ])
  })

  it('is to name refused keys, unless it says as much or more already', () => {
    for (const level of ['QUIET', 'ERROR', 'INFO'])
      assert.equal(settings('command', { before: `loglevel ${level}` }).at(-1), verbose)
    for (const level of ['VERBOSE', 'DEBUG', 'DEBUG3'])
      assert.equal(settings('command', { before: `loglevel ${level}` }).length, 2)
  })

  it('is one more file for "file", once', () => {
    const expected = [
      'AuthorizedKeysFile .ssh/authorized_keys /run/fleetkey/authorized_keys/%u',
      verbose,
    ]
    assert.deepEqual(settings('file'), expected)
    const before = expected[0]?.replace('AuthorizedKeysFile', 'authorizedkeysfile') ?? ''
    assert.deepEqual(settings('file', { before }), expected)
  })

  it('is nothing for "home"', () => assert.deepEqual(settings('home'), []))

  it('is nothing for "metadata", whose package has told sshd, but the lock', () => {
    const before = 'authorizedkeyscommand /opt/aws/bin/eic_run_authorized_keys %u %f'
    assert.deepEqual(settings('metadata', { before }), [])
    assert.deepEqual(settings('metadata', { before, lock: true }), [
      'AuthorizedKeysFile none',
      'PasswordAuthentication no',
      verbose,
    ])
  })

  it('shuts what this sshd knows, when locked', () => {
    assert.deepEqual(settings('command', { lock: true }).slice(2), [
      'AuthorizedKeysFile none',
      'PasswordAuthentication no',
      verbose,
    ])
    assert.deepEqual(settings('file', { lock: true, before: 'authorizedkeyscommand /bin/other' }), [
      'AuthorizedKeysFile /run/fleetkey/authorized_keys/%u',
      'AuthorizedKeysCommand none',
      'PasswordAuthentication no',
      verbose,
    ])
  })

  for (const [what, kind, options] of [
    [
      'the place of another AuthorizedKeysCommand',
      'command',
      { before: 'authorizedkeyscommand /usr/bin/sss_ssh_authorizedkeys %u' },
    ],
    ['a host without key authentication', 'file', { before: 'pubkeyauthentication no' }],
    ['a lock that users could open', 'home', { lock: true }],
    ['a home that sshd does not read', 'home', { before: 'authorizedkeysfile /etc/ssh/keys/%u' }],
  ] as const)
    it(`refuses ${what}`, () => assert.throws(() => settings(kind, options), InstallRefused))
})

describe('what sshd was told', () => {
  it('counts as it says itself, and as none where it says nothing (AuthorizedKeysFile none, from 10.3 on)', () => {
    const told = [
      ['AuthorizedKeysFile', 'none'],
      ['PasswordAuthentication', 'no'],
    ] as const
    const ineffective = (text: string) => ineffectiveIn(parseSshdConfig(text), told)
    assert.deepEqual(ineffective('AuthorizedKeysFile none\nPasswordAuthentication no'), [])
    assert.deepEqual(ineffective('PasswordAuthentication no'), [])
    assert.deepEqual(ineffective('authorizedkeysfile .ssh/a\npasswordauthentication yes'), [
      'AuthorizedKeysFile',
      'PasswordAuthentication',
    ])
    assert.deepEqual(ineffective(''), ['PasswordAuthentication'])
  })
})
