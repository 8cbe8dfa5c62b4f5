import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { instanceMeant } from './instance-names.ts'
import { versionProblem } from './ssh-version.ts'

describe('the instance that a name means to ssh', () => {
  const meant: Record<string, string | undefined> = {
    'web-1': 'web-1',
    'web-1.fleetkey': 'web-1',
    'web-1.example.com.fleetkey': 'web-1.example.com',
    'github.com.Fleetkey': 'github.com',
    'i-0123456789abcdef0': 'i-0123456789abcdef0',
    'i-0123456789abcdef0.fleetkey': 'i-0123456789abcdef0',
    'github.com': undefined,
    localhost: undefined,
    '': undefined,
    '.fleetkey': undefined,
    '-oProxyCommand=x': undefined,
    '-x.fleetkey': undefined,
    'a b': undefined,
    'a%h': undefined,
    "a'b": undefined,
    '$(x).fleetkey': undefined,
    'a\nb': undefined,
    'a/b.fleetkey': undefined,
    'web-*': undefined,
  }
  for (const [name, instance] of Object.entries(meant)) {
    it(`${JSON.stringify(name)} is ${instance ?? 'none'}`, () =>
      assert.equal(instanceMeant(name), instance))
  }
})

describe('the version of ssh', () => {
  it('must have KnownHostsCommand', () => {
    for (const good of [
      'OpenSSH_8.5p1, OpenSSL 1.1',
      'OpenSSH_9.2p1 Debian-2',
      'OpenSSH_10.2p1',
      'OpenSSH_for_Windows_9.5p2',
    ])
      assert.equal(versionProblem(good), undefined, good)
    assert.match(versionProblem('OpenSSH_8.4p1 Debian-5') ?? '', /8\.4 has no KnownHostsCommand/)
    assert.match(versionProblem('OpenSSH_7.9p1') ?? '', /came with 8\.5/)
    assert.match(versionProblem('Dropbear v2022.83') ?? '', /no OpenSSH/)
  })
})
