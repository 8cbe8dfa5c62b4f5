import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { AnyOperation } from '../operations/operation.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { apiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { openIdentities, type Identities, type Saved } from '../testing/escalation/identities.ts'
import { movesIn, type Move } from '../testing/escalation/moves.ts'
import { probesFor, type Probes } from '../testing/escalation/reach.ts'
import { searchEscalation, type Found } from '../testing/escalation/search.ts'
import { allow, buildWorld, document, type EscalationWorld } from '../testing/escalation/world.ts'

// Nobody comes to rights that they were not given, in whatever order they make what calls. One call deep here, two in
// `escalation.long.test.ts`. By hand deeper, from sessions, and from pairs:
// DEPTH=3 PAIRS=1 node --test server/src/http/escalation.test.ts

const byHand = process.env['PAIRS'] !== undefined
const depth = Number(process.env['DEPTH'] ?? 1)
/** Some unguarded steps are of use with a second one only. */
const depthOfFinds = Math.max(depth, 2)
const mostCalls = Number(process.env['CALLS'] ?? 400)

/** These decide whom policies let in that ask for tags, and stand in the documentation as an administrator's. */
const DOCUMENTED = new Set(['ec2:CreateTags'])

type Guarded = Required<Pick<AnyOperation, 'handsOver'>>

let plane: ControlPlane
let world: EscalationWorld
let identities: Identities
let probes: Probes
let moves: readonly Move[]
let base: Saved

before(async () => {
  plane = await startControlPlane()
  world = await buildWorld(plane)
  identities = openIdentities(join(plane.dir, 'fleetkey.db'))
  const realm = { partition: 'aws', region: 'on-prem-1', accountId: world.accountId }
  probes = probesFor(realm, [world.instanceId])
  moves = movesIn(world)
  base = identities.save()
})
after(async () => {
  identities.close()
  await plane.close()
})

/** From mallory, or from a session of mallory's role, who may do that beside what is hidden from them. */
async function searchFrom(
  actions: readonly string[],
  { start = 'user', deep = depth }: { start?: 'user' | 'session'; deep?: number } = {},
): Promise<Found> {
  identities.restore(base)
  const given = { PolicyName: 'given', PolicyDocument: document(allow(actions)) }
  const idOf = (name: string, kind = 'user') =>
    String(
      plane.query('select id from entities where kind = ? and name = ?', kind, name)[0]?.['id'],
    )
  let first = { id: idOf('mallory'), client: world.mallory }
  if (start === 'user') {
    await plane.root.done('PutUserPolicy', { UserName: 'mallory', ...given })
  } else {
    await plane.root.done('PutRolePolicy', { RoleName: 'mine', ...given })
    const { Credentials } = await world.mallory.done('AssumeRole', {
      RoleArn: `arn:aws:iam::${world.accountId}:role/mine`,
      RoleSessionName: 'search',
    })
    first = { id: idOf('mine', 'role'), client: plane.as(Credentials) }
  }
  return searchEscalation({
    identities,
    probes,
    moves,
    start: [first],
    gains({ operation, fields }, body) {
      if (operation === 'CreateAccessKey') {
        const { UserName, AccessKeyId, SecretAccessKey } = (
          body as { AccessKey: Record<string, string> }
        ).AccessKey
        const client = apiClient({
          accessKeyId: AccessKeyId ?? '',
          secretAccessKey: SecretAccessKey ?? '',
          port: () => plane.port,
          now: () => Date.now() + plane.clock.aheadMs,
        })
        return [{ id: idOf(UserName ?? ''), client }]
      }
      if (operation === 'UpdateAccessKey') return [{ id: idOf('admin'), client: world.oldKey }]
      // Whom the provider vouches for is then up to whoever made the call.
      if (operation.includes('OpenIDConnectProvider')) {
        return [{ id: idOf('web', 'role'), client: world.mallory }]
      }
      // With a password somebody signs in.
      if (operation.endsWith('LoginProfile') && operation !== 'DeleteLoginProfile') {
        return [{ id: idOf(String(fields['UserName'])), client: world.mallory }]
      }
      return []
    },
    depth: deep,
    mostCalls,
  })
}

/**
 * Without another permission, or a code of a device, these lead nowhere even unguarded: `operations/iam/hand-over.test.ts` has them. Passkeys
 * are made for oneself alone, by who has shown a password.
 */
const NOT_ALONE = new Set([
  'EnableMFADevice',
  'DeactivateMFADevice',
  'CreateRecoveryCodes',
  'BeginPasskeyRegistration',
  'RegisterPasskey',
])

const writes = OPERATIONS.filter(
  (operation) =>
    operation.access === 'write' &&
    operation.needsNoPermission === undefined &&
    !('identify' in operation),
)

describe('whoever may do one thing alone', () => {
  for (const { action } of writes) {
    if (DOCUMENTED.has(action)) continue
    it(`comes to nothing else: ${action}`, async () => {
      const found = await searchFrom([action])
      if (process.env['REPORT'] !== undefined) console.log(action, found)
      assert.deepEqual(found.escalation, undefined)
      assert.ok(found.complete)
    })
  }

  for (const { action } of byHand ? writes : []) {
    if (DOCUMENTED.has(action)) continue
    it(`comes to nothing else in a session: ${action}`, async () => {
      assert.deepEqual((await searchFrom([action], { start: 'session' })).escalation, undefined)
    })
  }

  for (const action of DOCUMENTED) {
    it(`decides whom policies by tag let in: ${action}`, async () => {
      assert.ok((await searchFrom([action], { deep: depthOfFinds })).escalation !== undefined)
    })
  }
})

describe('whoever may do two things', { skip: !byHand }, () => {
  const actions = [...new Set(writes.map(({ action }) => action))].filter(
    (action) => !DOCUMENTED.has(action),
  )
  it('comes to nothing else', async () => {
    let [pairs, states, calls, complete] = [0, 0, 0, 0]
    for (const [index, one] of actions.entries()) {
      for (const other of actions.slice(index + 1)) {
        const found = await searchFrom([one, other])
        assert.deepEqual(found.escalation, undefined, `${one} and ${other}`)
        pairs += 1
        states += found.states
        calls += found.calls
        complete += found.complete ? 1 : 0
      }
      console.log({ one, pairs, states, calls, complete })
    }
  })
})

/** That the search sees what it is for: of every sixth operation here, of all in the long test. */
const guarded = writes.filter(
  (operation) => 'handsOver' in operation && !NOT_ALONE.has(operation.name),
)
const seen = guarded.filter((_, at) => depth > 1 || at % 6 === 0)

describe('the search', () => {
  for (const operation of seen) {
    it(`would find what ${operation.name} gives where it is not guarded`, async (t) => {
      t.mock.method(operation as Guarded, 'handsOver', () => Promise.resolve([]))
      const { escalation } = await searchFrom([operation.action], { deep: depthOfFinds })
      if (process.env['REPORT'] !== undefined) console.log(operation.name, escalation)
      assert.ok(escalation !== undefined)
    })
  }
})
