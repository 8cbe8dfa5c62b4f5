import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { pageOf, readPage } from './pages.ts'

const read = (members: object, list = 'letters') =>
  readPage(validate(new Map(Object.entries(members))), list)
const ask = (rows: readonly string[], members: object) =>
  pageOf(read(members), rows, { list: 'letters', keyOf: (row) => row })

describe('pages', () => {
  it('go through all rows in order, with a token but for the last', () => {
    const rows = ['c', 'a', 'd', 'b']
    const first = ask(rows, { MaxResults: 2 })
    assert.deepEqual(first.rows, ['a', 'b'])
    const { NextToken } = first.end
    const second = ask(rows, { MaxResults: 2, NextToken })
    assert.deepEqual(second, { rows: ['c', 'd'], end: {} })
    assert.deepEqual(ask([], { MaxResults: 1 }), { rows: [], end: {} })
  })

  it('neither repeat nor skip a row when others come and go between them', () => {
    const { end } = ask(['b', 'd', 'f'], { MaxResults: 1 })
    assert.deepEqual(ask(['a', 'c', 'd', 'f'], end).rows, ['c', 'd', 'f'])
    assert.deepEqual(ask(['a'], end), { rows: [], end: {} })
  })

  it('carry any key', () => {
    const key = 'é ☃ 😀\n\u0000'
    const { end } = ask([key, '😁'], { MaxResults: 1 })
    assert.deepEqual(ask([key, '😁'], end).rows, ['😁'])
    assert.match(end.NextToken ?? '', /^[\w-]+$/)
  })

  it('refuse a token that is not theirs', () => {
    const { NextToken = '' } = ask(['a', 'b'], { MaxResults: 1 }).end
    assert.equal(read({ NextToken }).after, 'a')
    for (const token of [
      '',
      'a',
      '%',
      `${NextToken}=`,
      ` ${NextToken}`,
      `${NextToken}A`,
      NextToken.slice(0, -2),
      'gICA',
      'x'.repeat(100_000),
    ]) {
      assert.throws(() => read({ NextToken: token }), { code: 'InvalidNextToken' }, token)
    }
    assert.throws(() => read({ NextToken }, 'numbers'), { code: 'InvalidNextToken' })
  })

  it('are of 1 to 1000 rows', () => {
    for (const MaxResults of [0, 1001, -1]) {
      const v = validate(new Map([['MaxResults', MaxResults]]))
      readPage(v, 'letters')
      assert.throws(() => v.finish(validationFailure), /maxResults/)
    }
  })
})
