import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInstance } from '../testing/sample-instance.ts'
import { permissionsFor } from './give-groups.ts'

describe('the group that is made for an instance', () => {
  it('lets in to the port of its sshd, from there and from the control plane', () => {
    const instance = sampleInstance({ facts: { sshPort: 2222 } })
    const source = { from: 'my-ip', range: '2001:db8::7/128' } as const
    const port = instance.facts?.sshPort ?? 0
    const [own, planes] = permissionsFor(instance, source)
    const to = { IpProtocol: 'tcp', FromPort: port, ToPort: port }
    assert.deepEqual(own, { ...to, Ipv6Ranges: [{ CidrIpv6: '2001:db8::7/128' }] })
    assert.deepEqual(planes, {
      ...to,
      PrefixListIds: [
        { PrefixListId: 'fleetkey.control-plane', Description: 'terminals of the console' },
      ],
    })
  })
})
