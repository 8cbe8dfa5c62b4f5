import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  assume,
  documentOf,
  givenRole,
  trusting,
  type GivenRole,
} from '../../testing/given-role.ts'

let plane: ControlPlane
let ann: ApiClient
let role: GivenRole
before(async () => {
  plane = await startControlPlane()
  // Ann herself may do everything: none of it may come along.
  ann = await plane.user('ann', { Effect: 'Allow', Action: '*', Resource: '*' })
  role = await givenRole(plane, {
    trust: trusting((await ann.done('GetCallerIdentity', {})).UserId),
  })
})
after(() => plane.close())

/** Reads that need nothing else. */
const ASKED = [
  ['iam:ListUsers', 'ListUsers'],
  ['ec2:DescribeInstances', 'DescribeInstances'],
  ['fleetkey:ListJoinTokens', 'ListJoinTokens'],
  ['iam:ListOpenIDConnectProviders', 'ListOpenIDConnectProviders'],
] as const

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: fc.uniqueArray(
    fc.constantFrom(
      ...ASKED.map(([action]) => action),
      'iam:*',
      'iam:List*',
      'ec2:*',
      '*',
      'fleetkey:List?oin*',
    ),
    { minLength: 1, maxLength: 3 },
  ),
})
type Statement = typeof statement extends fc.Arbitrary<infer T> ? T : never
const policy = fc.array(statement, { minLength: 1, maxLength: 3 })

/** What the policy language says of these few forms, in other words than the evaluator's. */
function allows(statements: readonly Statement[], action: string): boolean {
  const names = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(action)
  const applying = statements.filter((one) => one.Action.some(names))
  return applying.length > 0 && applying.every((one) => one.Effect === 'Allow')
}

const withResource = (statements: readonly Statement[]) =>
  documentOf(statements.map((one) => ({ ...one, Resource: '*' })))

describe('a session of a role', () => {
  it('may do what its role and its session policy both allow, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.option(policy, { nil: undefined }), async (ofRole, ofSession) => {
        const document = withResource(ofRole)
        await plane.store.identities.inline.put(role.id, { policyName: 'p', document })
        const session = await assume(
          plane,
          ann,
          role,
          ofSession === undefined ? {} : { Policy: withResource(ofSession) },
        )
        for (const [action, operation] of ASKED) {
          const expected =
            allows(ofRole, action) && (ofSession === undefined || allows(ofSession, action))
          const { status, code } = await session.call(operation, {})
          assert.deepEqual(
            [status, code],
            expected ? [200, undefined] : [400, 'AccessDeniedException'],
            `${action} with ${document} and ${JSON.stringify(ofSession)}`,
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})
