import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Group, Policy } from '../api/shapes.ts'
import { permissionsInWords } from './permissions-of-user.ts'

const NONE = { groups: [], policies: [], inline: [], boundary: undefined }
const [group, policy] = [{} as Group, {} as Policy]

describe('permissionsInWords', () => {
  it('counts what there is', () => {
    assert.equal(permissionsInWords(NONE), 'no permissions')
    assert.equal(permissionsInWords({ ...NONE, boundary: policy }), 'the boundary')
    const some = { groups: [group, group], policies: [policy], boundary: policy }
    assert.equal(
      permissionsInWords({ ...some, inline: [{ name: 'own', document: '{}' }] }),
      '2 groups, 1 policy, 1 inline policy and the boundary',
    )
  })
})
