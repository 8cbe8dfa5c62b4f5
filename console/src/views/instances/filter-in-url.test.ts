import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { filterIn, withFilter } from './filter-in-url.ts'
import { NO_FILTER, type FilterToken, type InstanceFilter } from './instance-filter.ts'

function kept(filter: InstanceFilter): InstanceFilter {
  return filterIn(new URLSearchParams(withFilter(new URLSearchParams(), filter).toString()))
}

const TOKENS: readonly FilterToken[] = [
  { propertyKey: 'state', operator: '=', value: 'running' },
  { propertyKey: 'state', operator: '!=', value: ['running', 'stopped'] },
  { propertyKey: 'tag:Env', operator: ':', value: 'a=b:c!=d' },
  { propertyKey: 'tag:a:b=c!d^e%3D', operator: '!^', value: ',x' },
  { propertyKey: 'tag:Kosten stelle/Süd', operator: '^', value: '' },
  { propertyKey: 'os', operator: '=', value: ['a,b', '50%', ''] },
  { propertyKey: 'agent-version', operator: '>=', value: '0.10' },
  { operator: ':', value: 'web\n1 & 2' },
]

describe('a filter in a URL', () => {
  it('comes back as it was', () => {
    for (const token of TOKENS) {
      const filter: InstanceFilter = { operation: 'and', tokens: [token] }
      assert.deepEqual(kept(filter), filter)
    }
    const all: InstanceFilter = { operation: 'or', tokens: TOKENS }
    assert.deepEqual(kept(all), all)
  })

  it('is readable', () => {
    const filter: InstanceFilter = {
      operation: 'and',
      tokens: [{ propertyKey: 'tag:Env', operator: '=', value: 'prod' }],
    }
    const before = new URLSearchParams('filter=name=x&page=2&match=any')
    assert.equal(
      decodeURIComponent(withFilter(before, filter).toString()),
      'page=2&filter=tag:Env=prod',
    )
  })

  it('leaves out what cannot be read, and more than anybody reads', () => {
    assert.deepEqual(filterIn(new URLSearchParams('filter=nonsense')), NO_FILTER)
    assert.deepEqual(filterIn(new URLSearchParams('filter=&filter=state')), NO_FILTER)
    const many = new URLSearchParams(Array.from({ length: 500 }, () => ['filter', 'state=running']))
    assert.equal(filterIn(many).tokens.length, 50)
  })
})
