import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findSshdLine, place, readSshdLines, type SshdFiles } from './sshd-lines.ts'

const texts: Record<string, string> = {
  '/etc/ssh/sshd_config': [
    '# as Debian has it',
    'Include /etc/ssh/sshd_config.d/*.conf',
    'UsePAM yes',
    'AuthorizedKeysCommand "/opt/other tool" %u # asks LDAP',
    'Match User bob,carol Address 10.0.0.0/8',
    '\tPubkeyAuthentication=no',
    'Match all',
    'MaxAuthTries 2',
  ].join('\n'),
  '/etc/ssh/sshd_config.d/05-early.conf': 'AuthorizedKeysCommand none\r\n',
  '/etc/ssh/sshd_config.d/10-fleetkey.conf':
    'AuthorizedKeysCommand /usr/lib/fleetkey/authorized-keys %u %U %f\n',
  '/etc/ssh/sshd_config.d/notes.txt': 'MaxAuthTries 1',
}
const files: SshdFiles = {
  read(path) {
    const text = texts[path]
    if (text === undefined) throw new Error('ENOENT')
    return text
  },
  list: (directory) =>
    Object.keys(texts)
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1)),
}
const lines = readSshdLines('/etc/ssh/sshd_config', files)

it('lines stand in the order in which sshd takes them', () => {
  assert.deepEqual(
    lines.map(({ keyword, value, match }) => [keyword, value, match].join('|')),
    [
      'authorizedkeyscommand|none|',
      'authorizedkeyscommand|/usr/lib/fleetkey/authorized-keys %u %U %f|',
      'usepam|yes|',
      'authorizedkeyscommand|/opt/other tool %u|',
      'pubkeyauthentication|no|User bob,carol Address 10.0.0.0/8',
      'maxauthtries|2|',
    ],
  )
})

it('a line is named by its file, its number and its Match', () => {
  const say = (keyword: string, value: string) =>
    place(findSshdLine(lines, keyword, (found) => found === value))
  assert.equal(
    say('AuthorizedKeysCommand', 'none'),
    ' (/etc/ssh/sshd_config.d/05-early.conf, line 1)',
  )
  assert.equal(
    say('PubkeyAuthentication', 'no'),
    ' (/etc/ssh/sshd_config, line 6, in Match User bob,carol Address 10.0.0.0/8)',
  )
  assert.equal(say('PubkeyAuthentication', 'yes'), '')
})

it('a file that includes itself ends', () => {
  const loop: SshdFiles = {
    read: () => 'Include /etc/ssh/sshd_config\nUsePAM yes',
    list: () => ['sshd_config'],
  }
  assert.equal(readSshdLines('/etc/ssh/sshd_config', loop).length, 17)
})
