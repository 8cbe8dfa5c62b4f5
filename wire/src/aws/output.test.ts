import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { policyText, tellOutput } from './output.ts'

describe('tellOutput', () => {
  it('tells every kind', () => {
    const time = new Date(0)
    const bytes = Uint8Array.of(1)
    const entries = new Map([['a', 1]])
    assert.deepEqual(tellOutput(undefined), { kind: 'absent' })
    assert.deepEqual(tellOutput(null), { kind: 'absent' })
    assert.deepEqual(tellOutput(''), { kind: 'text', text: '' })
    assert.deepEqual(tellOutput(0), { kind: 'number', number: 0 })
    assert.deepEqual(tellOutput(false), { kind: 'boolean', boolean: false })
    assert.deepEqual(tellOutput(time), { kind: 'time', time })
    assert.deepEqual(tellOutput(policyText('{}')), { kind: 'policy', text: '{}' })
    assert.deepEqual(tellOutput(bytes), { kind: 'blob', bytes })
    assert.deepEqual(tellOutput(['a']), { kind: 'list', items: ['a'] })
    assert.deepEqual(tellOutput(entries), { kind: 'map', entries })
    assert.deepEqual(tellOutput({ A: 1 }), { kind: 'structure', members: { A: 1 } })
  })

  it('does not take a structure with a text for a policy', () => {
    assert.equal(tellOutput({ text: '{}' }).kind, 'structure')
  })

  it('refuses numbers and times that no client can read', () => {
    assert.throws(() => tellOutput(NaN), TypeError)
    assert.throws(() => tellOutput(Infinity), TypeError)
    assert.throws(() => tellOutput(new Date(NaN)), TypeError)
  })
})

describe('a policy document', () => {
  it('is its text when an answer is kept as JSON', () => {
    assert.equal(JSON.stringify({ Document: policyText('{"a":1}') }), '{"Document":"{\\"a\\":1}"}')
  })
})
