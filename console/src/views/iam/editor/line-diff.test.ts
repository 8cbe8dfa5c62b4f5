import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diffLines } from './line-diff.ts'

const SIGNS = { same: ' ', removed: '-', added: '+' } as const
const told = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${SIGNS[kind]}${text}`)

describe('diffLines', () => {
  it('keeps what is the same and tells what went and what came', () => {
    assert.deepEqual(told('a\nb\nc\nd', 'a\nx\nc\nd\ne'), [' a', '-b', '+x', ' c', ' d', '+e'])
  })

  it('has each line of both sides once, in order', () => {
    const before = 'a\nb\na\nc\nb\na'
    const after = 'b\na\na\nb\nc'
    const lines = diffLines(before, after)
    const side = (kind: string) =>
      lines.filter((line) => line.kind !== kind).map(({ text }) => text)
    assert.equal(side('added').join('\n'), before)
    assert.equal(side('removed').join('\n'), after)
  })

  it('says of equal texts that all is the same', () => {
    assert.ok(diffLines('a\nb', 'a\nb').every(({ kind }) => kind === 'same'))
  })

  it('does not fill the memory with texts of many thousand lines', () => {
    const long = Array.from({ length: 40_000 }, (_, index) => String(index)).join('\n')
    assert.equal(diffLines(long, '').length, 40_001)
  })
})
