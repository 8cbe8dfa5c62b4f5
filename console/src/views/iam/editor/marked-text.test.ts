import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { levelsByLine, markedText } from './marked-text.ts'

const mark = (from: number, to: number, level: 'error' | 'warning' | 'suggestion') => ({
  from,
  to,
  level,
})

describe('markedText', () => {
  it('has all of the text once, marks and all', () => {
    const parts = markedText('abcdef', [mark(1, 3, 'error'), mark(4, 5, 'warning')])
    assert.equal(parts.map(({ text }) => text).join(''), 'abcdef')
    assert.deepEqual(
      parts.flatMap(({ text, level }) => (level ? [`${level} ${text}`] : [])),
      ['error bc', 'warning e'],
    )
  })

  it('shows the worst where marks overlap, and takes marks beyond the end', () => {
    const parts = markedText('abcd', [mark(0, 9, 'suggestion'), mark(1, 2, 'error')])
    assert.deepEqual(
      parts.map(({ text, level }) => `${level} ${text}`),
      ['suggestion a', 'error b', 'suggestion cd'],
    )
    assert.deepEqual(markedText('', [mark(0, 0, 'error')]), [])
  })
})

describe('levelsByLine', () => {
  it('keeps the worst of each line', () => {
    const levels = levelsByLine([
      { line: 2, level: 'error' },
      { line: 2, level: 'suggestion' },
      { line: 3, level: 'warning' },
    ])
    assert.deepEqual(
      [...levels],
      [
        [2, 'error'],
        [3, 'warning'],
      ],
    )
  })
})
