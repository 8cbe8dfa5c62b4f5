import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findWays } from './lock.ts'
import { parseSshdConfig } from './sshd.ts'

const locked = {
  authorizedkeysfile: 'none',
  authorizedkeyscommand: '/usr/lib/fleetkey/authorized-keys %u %U %f',
  passwordauthentication: 'no',
  kbdinteractiveauthentication: 'no',
  hostbasedauthentication: 'no',
  gssapiauthentication: 'no',
  trustedusercakeys: 'none',
  permituserenvironment: 'no',
}
const ways = (
  changes: Partial<Record<keyof typeof locked, string>> = {},
  host: Parameters<typeof findWays>[1] = {},
) =>
  findWays(
    parseSshdConfig(
      Object.entries({ ...locked, ...changes })
        .map((line) => line.join(' '))
        .join('\n'),
    ),
    host,
  )

describe('the ways in beside grants', () => {
  it('are none when locked', () => assert.deepEqual(ways(), []))
  it('are none with only our own AuthorizedKeysFile', () =>
    assert.deepEqual(ways({ authorizedkeysfile: '/run/fleetkey/authorized_keys/%u' }), []))

  it('are none with Amazon’s host package where it gets its keys from us, and there only', () => {
    for (const directory of ['/usr/share/ec2-instance-connect', '/opt/aws/bin']) {
      const authorizedkeyscommand = `${directory}/eic_run_authorized_keys %u %f`
      assert.deepEqual(ways({ authorizedkeyscommand }, { delivery: 'metadata' }), [])
      assert.equal(ways({ authorizedkeyscommand }).length, 1)
    }
    const authorizedkeyscommand = '/tmp/eic_run_authorized_keys %u %f'
    assert.equal(ways({ authorizedkeyscommand }, { delivery: 'metadata' }).length, 1)
  })

  for (const [keyword, value] of [
    ['authorizedkeysfile', '.ssh/authorized_keys'],
    ['authorizedkeysfile', '/run/fleetkey/authorized_keys/%u .ssh/authorized_keys'],
    ['authorizedkeyscommand', '/usr/bin/other %u'],
    ['authorizedkeyscommand', '/usr/lib/fleetkey/authorized-keys %u'],
    ['passwordauthentication', 'yes'],
    ['kbdinteractiveauthentication', 'yes'],
    ['hostbasedauthentication', 'yes'],
    ['gssapiauthentication', 'yes'],
    ['trustedusercakeys', '/etc/ssh/ca.pub'],
    ['permituserenvironment', 'LANG'],
  ] as const)
    it(`include ${keyword} ${value}`, () => {
      const found = ways({ [keyword]: value })
      assert.equal(found.length, 1)
      assert.equal(found[0]?.toLowerCase(), `${keyword} ${value.toLowerCase()}`)
    })
})
