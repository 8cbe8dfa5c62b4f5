import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { draftProblem, draftsProblem, tagChanges } from './tag-changes.ts'

const before = new Map([
  ['Name', 'web-1'],
  ['Env', 'prod'],
])

describe('tagChanges', () => {
  it('asks for what differs, and for nothing else', () => {
    const drafts = [
      { key: 'Name', value: 'web-1' },
      { key: 'Team', value: '' },
    ]
    assert.deepEqual(tagChanges(before, drafts), {
      set: [{ Key: 'Team', Value: '' }],
      remove: [{ Key: 'Env' }],
    })
    assert.deepEqual(tagChanges(before, [{ key: 'Env', value: 'dev' }]), {
      set: [{ Key: 'Env', Value: 'dev' }],
      remove: [{ Key: 'Name' }],
    })
  })
})

describe('draftProblem', () => {
  it('says what EC2 would refuse', () => {
    assert.match(draftProblem([{ key: '', value: '' }], 0) ?? '', /needs a key/)
    assert.match(draftProblem([{ key: 'aws:x', value: '' }], 0) ?? '', /reserved/)
    assert.match(draftProblem([{ key: 'x', value: '<b>' }], 0) ?? '', /value of tag x/)
  })

  it('refuses keys that differ in case only (policies could not tell them apart)', () => {
    const drafts = [
      { key: 'Env', value: 'a' },
      { key: 'env', value: 'b' },
    ]
    assert.equal(draftProblem(drafts, 0), undefined)
    assert.match(draftProblem(drafts, 1) ?? '', /differs in case only/)
    assert.match(draftsProblem(drafts) ?? '', /differs in case only/)
  })

  it('takes fifty and no more', () => {
    const many = Array.from({ length: 51 }, (_, at) => ({ key: `k${at}`, value: '' }))
    assert.match(draftsProblem(many) ?? '', /50 tags/)
    assert.equal(draftsProblem(many.slice(1)), undefined)
  })
})
