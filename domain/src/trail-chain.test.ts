import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { CHAIN_START, checkLink, nextLink, type ChainLink } from './trail-chain.ts'

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')

interface Entry extends ChainLink {
  readonly record: string
}

function chain(...records: string[]): Entry[] {
  let previous = CHAIN_START
  return records.map((record) => {
    previous = nextLink(previous, record, sha256Hex)
    return { ...previous, record }
  })
}

function firstProblem(entries: readonly Entry[]) {
  let previous: ChainLink = CHAIN_START
  for (const entry of entries) {
    const problem = checkLink(previous, entry, sha256Hex)
    if (problem !== undefined) return problem
    previous = entry
  }
  return undefined
}

describe('the chain of the trail', () => {
  const good = chain('a', 'b', 'c', 'd')
  const [a, b, c, d] = good as [Entry, Entry, Entry, Entry]

  it('holds from the first record to the last', () => {
    assert.equal(firstProblem(good), undefined)
    assert.equal(
      a.hash,
      sha256Hex(`fleetkey-trail-v1\n1\n${'0'.repeat(64)}\na`),
      'the format, which verifiers elsewhere rely on',
    )
  })

  it('shows a record that was altered', () => {
    assert.deepEqual(firstProblem([a, { ...b, record: 'B' }, c, d]), { kind: 'altered', seq: 2 })
  })

  it('shows a record that was altered together with its hash, at the next', () => {
    const forged = { ...nextLink(a, 'B', sha256Hex), record: 'B' }
    assert.deepEqual(firstProblem([a, forged, c, d]), { kind: 'altered', seq: 3 })
  })

  it('shows a record that is missing, also when the others were counted anew', () => {
    assert.deepEqual(firstProblem([a, c, d]), { kind: 'missing', seq: 2 })
    assert.deepEqual(firstProblem([b, c]), { kind: 'missing', seq: 1 })
    assert.deepEqual(firstProblem([a, { ...c, seq: 2 }]), { kind: 'altered', seq: 2 })
  })

  it('shows records that were swapped or repeated', () => {
    assert.deepEqual(firstProblem([a, c, b, d]), { kind: 'missing', seq: 2 })
    assert.deepEqual(firstProblem([a, b, b, c]), { kind: 'out of order', seq: 3, found: 2 })
    const swapped = [a, { ...c, seq: 2 }, { ...b, seq: 3 }, d]
    assert.deepEqual(firstProblem(swapped), { kind: 'altered', seq: 2 })
  })

  it('does not take a text for two (a newline in a record is not the end of it)', () => {
    const [one] = chain('x\n2') as [Entry]
    const [, two] = chain('x', '2') as [Entry, Entry]
    assert.notEqual(one.hash, two.hash)
  })
})
