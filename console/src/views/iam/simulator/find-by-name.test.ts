import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findByName, nameOfKnown } from './find-by-name.ts'

const known = [
  { id: 'arn:aws:iam::1:user/ann', name: 'ann', detail: 'user' },
  { id: 'arn:aws:iam::1:user/ops', name: 'ops', detail: 'user' },
  { id: 'arn:aws:iam::1:role/ops', name: 'ops', detail: 'role' },
]

describe('findByName', () => {
  it('takes a name, an id, and a name with its kind', () => {
    assert.equal(findByName(' ann ', known)?.id, 'arn:aws:iam::1:user/ann')
    assert.equal(findByName('arn:aws:iam::1:role/ops', known)?.detail, 'role')
    assert.equal(findByName('role/ops', known)?.detail, 'role')
  })

  it('does not choose between a user and a role of one name (would answer for another)', () => {
    assert.equal(findByName('ops', known), undefined)
    assert.equal(findByName('nobody', known), undefined)
  })
})

describe('nameOfKnown', () => {
  it('is the name, or what an ARN ends with', () => {
    assert.equal(nameOfKnown('arn:aws:iam::1:user/ann', known), 'ann')
    assert.equal(nameOfKnown('arn:aws:iam::1:user/team/zoe', known), 'zoe')
    assert.equal(nameOfKnown('i-1', known), 'i-1')
  })
})
