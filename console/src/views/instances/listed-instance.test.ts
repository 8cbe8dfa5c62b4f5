import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readInstances, readListed } from './listed-instance.ts'
import { SAMPLE_FACTS } from './testing/sample-instance.ts'

const Facts = Object.fromEntries(
  Object.entries(SAMPLE_FACTS).map(([name, value]) => [
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    value,
  ]),
)

describe('readInstances', () => {
  it('reads what the agent said of its host', () => {
    const [instance] = readInstances({
      Reservations: [
        {
          Instances: [
            {
              InstanceId: 'i-1',
              State: { Name: 'running' },
              Tags: [
                { Key: 'Name', Value: 'web-1' },
                { Key: 'Site', Value: 'berlin' },
              ],
              Fleetkey: { ...Facts, Link: { State: 'connected', Since: 5 } },
            },
          ],
        },
      ],
    })
    assert.equal(instance?.name, 'web-1')
    assert.equal(instance?.site, 'berlin')
    assert.deepEqual(instance?.facts, SAMPLE_FACTS)
    assert.deepEqual(instance?.link, { state: 'connected', since: 5 })
  })

  it('reads one of a list, of which not all is told', () => {
    const { HostKeys: _keys, SshAddresses: _at, TunnelPorts: _ports, ...listed } = Facts
    const one = { InstanceId: 'i-1', State: { Name: 'running' }, Fleetkey: listed }
    const answer = { Reservations: [{ Instances: [one] }] }
    assert.equal(readListed(answer)[0]?.facts?.os, SAMPLE_FACTS.os)
    assert.equal(readInstances(answer)[0]?.facts, undefined)
  })

  it('reads one that no host has joined as, and one of which only the id is left', () => {
    const read = readInstances({
      Reservations: [
        { Instances: [{ InstanceId: 'i-1', State: { Name: 'pending' } }] },
        { Instances: [{ InstanceId: 'i-2', State: { Name: 'terminated' } }] },
      ],
    })
    assert.deepEqual(
      read.map(({ state, facts, site, name }) => [state, facts, site, name]),
      [
        ['pending', undefined, 'default', undefined],
        ['terminated', undefined, 'default', undefined],
      ],
    )
    assert.deepEqual(readInstances({}), [])
  })
})
