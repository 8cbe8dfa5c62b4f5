import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Instance } from '@fleetkey/domain/instance'
import { EMPTY_DIRECTORY, type Directory, type User } from '@fleetkey/iam/apply/directory'
import { documentOf } from '@fleetkey/iam/apply/document'
import { reachChanges } from './reach-changes.ts'

const realm = { partition: 'aws', region: 'on-prem-1', accountId: '111122223333' }
const account = { ...realm, awsPolicies: new Map(), caller: undefined }
const TO_DEV = documentOf(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'ec2-instance-connect:SendSSHPublicKey',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': 'ops' } },
    },
  }),
)

const instances = Array.from({ length: 5000 }, (_, at) => {
  const instanceId = `i-${at.toString(16).padStart(17, '0')}`
  return { instanceId, tags: { env: at % 2 === 0 ? 'dev' : 'prod', Name: `h-${at}` } }
}) as unknown as readonly Instance[]
const fleet = { realm, store: { instances: { tagged: () => Promise.resolve(instances) } } }

const people = (count: number, inline: User['inline']): Directory['users'] =>
  new Map(
    Array.from({ length: count }, (_, at) => [
      `user-${String(at).padStart(3, '0')}`,
      { path: '/', attached: new Set(), inline, boundary: undefined, tags: new Map() },
    ]),
  )
const state = (users: Directory['users']) => ({ directory: { ...EMPTY_DIRECTORY, users }, account })
const given = (count: number) => ({
  before: state(people(count, new Map())),
  after: state(people(count, new Map([['to-dev', TO_DEV]]))),
  ids: new Map(),
})

describe('what a change of rights changes', () => {
  it('is tried once for instances that are alike, and told of each (5,000 hosts, 200 people)', async () => {
    // Two lots and two names, before and after: 8 decisions for each of the people.
    const effort = { mostDecisions: 8 * 200 }
    const found = await reachChanges(given(200), fleet, effort)
    assert.deepEqual([found.tried, found.principals], [200, 200])
    assert.equal(found.count, 200 * 2500)
    assert.equal(found.changes.length, 1000)
    const [first, second] = found.changes
    assert.deepEqual(
      [first?.instance.tags['Name'], second?.instance.tags['Name'], first?.osUser],
      ['h-0', 'h-2', 'ops'],
    )
    assert.deepEqual([first?.was, first?.becomes], ['denied', 'allowed'])
  })

  it('says for how many it was tried when it is too much', async () => {
    const found = await reachChanges(given(10), fleet, { mostDecisions: 8 * 3 + 2 })
    assert.deepEqual([found.tried, found.principals, found.count], [3, 10, 3 * 2500])
  })

  it('takes turns with others where there is no instance yet (all principals would be one piece of work)', async () => {
    const empty = { realm, store: { instances: { tagged: () => Promise.resolve([]) } } }
    let asked = 0
    const turns = { isInTime: () => Promise.resolve(++asked <= 3) }
    const found = await reachChanges(given(10), empty, { turns })
    assert.deepEqual([found.tried, found.principals], [3, 10])
  })

  it('tries nobody whose policies say the same afterwards', async () => {
    const { before, after, ids } = given(3)
    const same = { before: after, after, ids }
    assert.equal((await reachChanges(same, fleet)).principals, 0)
    assert.equal((await reachChanges({ before, after: before, ids }, fleet)).principals, 0)
  })
})
