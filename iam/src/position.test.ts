import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePolicyDocument } from './policy-document.ts'
import { positionsIn } from './position.ts'

describe('a position', () => {
  it('counts lines and columns from one', () => {
    const at = positionsIn('ab\n\ncd')
    const found = [0, 1, 2, 3, 4, 5, 6].map(at)
    assert.deepEqual(
      found.map(({ line, column }) => `${line}:${column}`),
      ['1:1', '1:2', '1:3', '2:1', '3:1', '3:2', '3:3'],
    )
  })

  it('of a statement is what AWS’s simulator gives', () => {
    const one = { Effect: 'Allow', Action: '*', Resource: '*' }
    const places = (text: string) =>
      parsePolicyDocument(text).statements.map(
        ({ start, end }) => `${start.line}:${start.column}-${end.line}:${end.column}`,
      )
    // As AdministratorAccess is written: AWS answers line 3, column 17 to line 8.
    const spread = JSON.stringify({ Version: '2012-10-17', Statement: [one] }, undefined, 2)
    assert.deepEqual(places(spread), ['3:17-8:6'])
    const written = JSON.stringify(one)
    assert.deepEqual(places(`{"Statement":[${written}, ${written}]}`), ['1:15-1:61', '1:62-1:109'])
    assert.deepEqual(places(`{"Statement": ${written}}`), ['1:14-1:61'])
  })

  it('is found in the largest document too', () => {
    const one = JSON.stringify({ Effect: 'Deny', Action: 'a:b', Resource: '*' })
    const text = `{"Statement":[${Array.from({ length: 2600 }, () => one).join(',')}]}`
    assert.ok(text.length > 120_000)
    const { statements } = parsePolicyDocument(text)
    assert.deepEqual(statements.at(-1)?.end, { line: 1, column: text.length - 1 })
  })
})
