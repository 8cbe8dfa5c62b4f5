import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  checkAccessKeysPerUser,
  checkAttachedPolicies,
  checkGroupsPerUser,
  checkManagedPolicySize,
  checkTrustPolicySize,
  accountIsFull,
  tooManyPolicyVersions,
} from '@fleetkey/iam/quotas'
import { mendOf } from './mend.ts'

const thrown = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('nothing was thrown')
}

describe('mendOf', () => {
  it('knows what to do about each quota', () => {
    const long = 'x'.repeat(10_000)
    const refusals = [
      thrown(() => checkAccessKeysPerUser(3)),
      thrown(() => checkAttachedPolicies('role', 11)),
      thrown(() => checkGroupsPerUser(11)),
      thrown(() => checkManagedPolicySize(long)),
      thrown(() => checkTrustPolicySize(long)),
      accountIsFull('user'),
      tooManyPolicyVersions(),
    ]
    for (const refusal of refusals) {
      assert.equal(refusal.code, 'LimitExceeded')
      assert.ok(mendOf(refusal), refusal.message)
    }
    assert.match(mendOf(refusals[0] ?? { code: '', message: '' }) ?? '', /Delete a key/)
  })

  it('tells a policy that is somebody’s boundary from one that is attached', () => {
    const conflict = (message: string) => mendOf({ code: 'DeleteConflict', message })
    assert.match(
      conflict('Cannot delete a policy attached to entities. It is a permissions boundary.') ?? '',
      /another one first/,
    )
    assert.match(conflict('Cannot delete entity, must delete access keys first.') ?? '', /hangs/)
  })

  it('is quiet where the sentence says it all', () => {
    assert.equal(mendOf({ code: 'AccessDeniedException', message: 'User: …' }), undefined)
  })
})
