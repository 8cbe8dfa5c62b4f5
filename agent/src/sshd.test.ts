import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSshdConfig, parseSshdVersion, understandsUtcExpiry } from './sshd.ts'

describe('the version of sshd', () => {
  for (const [text, version, isNew] of [
    ['OpenSSH_9.2, OpenSSL 3.0.19 27 Jan 2026', 'OpenSSH_9.2', true],
    ['OpenSSH_9.9p2 Debian-1, OpenSSL 3.4.1', 'OpenSSH_9.9p2', true],
    ['OpenSSH_10.0p2, LibreSSL 4.1.0', 'OpenSSH_10.0p2', true],
    ['OpenSSH_9.1', 'OpenSSH_9.1', true],
    ['unknown option -- V\nOpenSSH_9.0p1, OpenSSL 3.0.7\nusage: sshd', 'OpenSSH_9.0p1', false],
    ['unknown option -- V\nOpenSSH_8.9p1 Ubuntu-3ubuntu0.10, OpenSSL', 'OpenSSH_8.9p1', false],
    ['Dropbear v2022.83', '', false],
    ['', '', false],
  ] as const)
    it(`in ${JSON.stringify(text)} is ${version || 'unknown'}`, () => {
      const found = parseSshdVersion(text)
      assert.equal(found.text, version)
      assert.equal(understandsUtcExpiry(found), isNew)
    })
})

it('reads the output of sshd -T, keywords that stand several times too', () => {
  const config = parseSshdConfig('port 22\nport 2222\nbanner none\nauthorizedkeysfile a b\nx\n')
  assert.deepEqual(config.get('port'), ['22', '2222'])
  assert.deepEqual(config.get('authorizedkeysfile'), ['a b'])
  assert.deepEqual(config.get('x'), [''])
})

it('reads it in the spelling of 10.4 and later', () => {
  const config = parseSshdConfig('Port 22\nPubkeyAuthentication yes\nAuthorizedKeysFile .ssh/A\n')
  assert.deepEqual(config.get('port'), ['22'])
  assert.deepEqual(config.get('pubkeyauthentication'), ['yes'])
  assert.deepEqual(config.get('authorizedkeysfile'), ['.ssh/A'])
})
