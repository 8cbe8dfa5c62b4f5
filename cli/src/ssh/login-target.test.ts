import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../failure.ts'
import { queryFor } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { parseSshCommandLine } from './command-line.ts'
import { checkOsUser, loginTarget } from './login-target.ts'
import { sshArguments } from './ssh-arguments.ts'

const ID = 'i-0123456789abcdef0'
const instance: ListedInstance = {
  instanceId: ID,
  state: 'running',
  name: 'web-1',
  tags: [],
  address4: '10.0.0.7',
  address6: '2001:db8::7',
  vpcId: undefined,
  subnetId: undefined,
  enrolledAt: undefined,
  facts: undefined,
  link: { state: 'connected', since: undefined },
}
const asked = { osUser: 'bob', address: undefined, family: undefined, port: undefined }

/** Texts made of what shells, ssh's % words, options and terminals act on, and of plain letters. */
const hostile = fc.string({
  unit: fc.constantFrom(
    ...'%hrn$()`;|&<>\\\'" \n\r\0\t-o=/.~*?#{},\u001b\u202e\u00a0\u00e9a1@:[]'.split(''),
  ),
  minLength: 1,
  maxLength: 40,
})
/** What every word that goes to ssh for a name may be made of. */
const harmless = /^[A-Za-z0-9_][A-Za-z0-9@._$:-]*$|^[0-9a-f:.]+$/i

describe('names on their way to ssh', () => {
  it('are plain or refused: 2,000 hostile osUsers', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        try {
          assert.match(checkOsUser(name), harmless)
        } catch (error) {
          assert.ok(error instanceof Failure)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('are plain or refused: 2,000 hostile addresses, ids and ports from a host', () => {
    fc.assert(
      fc.property(hostile, hostile, (address, id) => {
        try {
          const target = loginTarget({ ...instance, instanceId: id, address4: address }, asked)
          assert.match(target.address, harmless)
          assert.match(target.instanceId, harmless)
        } catch (error) {
          assert.ok(error instanceof Failure)
        }
        const { address: chosen } = loginTarget({ ...instance, address4: address }, asked)
        assert.match(chosen, harmless)
      }),
      { numRuns: 2000 },
    )
  })

  it('never come to ssh as typed: 2,000 hostile [USER@]INSTANCE', () => {
    fc.assert(
      fc.property(hostile, (meant) => {
        const words: readonly string[] = argumentsFor(meant)
        if (words.length === 0) return
        const osUserAt = words.indexOf('-l') + 1
        assert.match(words[osUserAt] ?? '', harmless)
        assert.deepEqual(words.with(osUserAt, 'bob'), argumentsFor('bob@web-1'))
      }),
      { numRuns: 2000 },
    )
  })

  for (const name of [
    '-oProxyCommand=x',
    '%h',
    '$(id)',
    'a b',
    'a\nb',
    '',
    '.',
    '../x',
    '0',
    '12',
  ]) {
    it(`refuses the osUser ${JSON.stringify(name)}`, () => {
      assert.throws(() => checkOsUser(name), Failure)
    })
  }
  it('takes what useradd and directories make', () => {
    for (const name of ['root', 'ec2-user', 'svc_1', 'a.b@corp', 'machine$']) {
      assert.equal(checkOsUser(name), name)
    }
  })
})

describe('loginTarget', () => {
  it('prefers IPv4, -6 the other', () => {
    assert.equal(loginTarget(instance, asked).address, '10.0.0.7')
    assert.equal(loginTarget(instance, { ...asked, family: 6 }).address, '2001:db8::7')
  })
  it('takes another address by hand, but only an address', () => {
    assert.equal(loginTarget(instance, { ...asked, address: '192.0.2.1' }).address, '192.0.2.1')
    for (const address of ['host', '-x', 'fe80::1%eth0', '10.0.0.7;x']) {
      assert.throws(() => loginTarget(instance, { ...asked, address }), Failure)
    }
  })
  it('says so when there is no address', () => {
    const bare = { ...instance, address4: undefined, address6: undefined }
    assert.throws(() => loginTarget(bare, asked), /no address/)
  })
})

describe('queryFor', () => {
  it('asks by id, address or name', () => {
    assert.deepEqual(queryFor(ID), { InstanceIds: [ID] })
    assert.deepEqual(queryFor('10.0.0.7').Filters?.[0]?.Name, 'private-ip-address')
    assert.deepEqual(queryFor('::1').Filters?.[0]?.Name, 'ipv6-address')
    assert.deepEqual(queryFor('web-1').Filters, [{ Name: 'tag:Name', Values: ['web-1'] }])
  })
  it('refuses wildcards (would find others than the one meant)', () => {
    assert.throws(() => queryFor('web-*'), Failure)
  })
})

/** ssh's words for what a person typed, with the server finding an instance for any name; none when refused. */
function argumentsFor(meant: string): readonly string[] {
  try {
    const line = parseSshCommandLine(['--', meant])
    if (line.target) queryFor(line.target)
    const target = loginTarget(instance, { ...asked, osUser: checkOsUser(line.osUser) })
    const files = { agentSocket: '/r/a', publicKey: '/r/k', knownHosts: '/r/h', config: '/r/c' }
    return sshArguments(target, files, {
      ...line,
      forwardAgent: undefined,
      proxyCommand: undefined,
    })
  } catch (error) {
    assert.ok(error instanceof Failure)
    return []
  }
}
