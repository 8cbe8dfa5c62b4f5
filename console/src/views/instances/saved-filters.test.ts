import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Keeper } from '../../ui/stored.ts'
import { deleteFilter, nameProblem, savedFilters, saveFilter } from './saved-filters.ts'
import { tableSettings } from './table-settings.ts'

function keeper(content: Readonly<Record<string, string>> = {}): Keeper {
  const kept = new Map(Object.entries(content))
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  }
}

describe('saved filters', () => {
  it('are kept by name, each once', () => {
    const here = keeper()
    saveFilter({ name: ' prod ', search: 'filter=a' }, here)
    saveFilter({ name: 'all', search: '' }, here)
    saveFilter({ name: 'prod', search: 'filter=b' }, here)
    assert.deepEqual(savedFilters(here), [
      { name: 'all', search: '' },
      { name: 'prod', search: 'filter=b' },
    ])
    assert.deepEqual(deleteFilter('all', here), [{ name: 'prod', search: 'filter=b' }])
  })

  it('come back however much they ask for (one of long names was saved, and gone after a reload)', () => {
    const here = keeper()
    const all = saveFilter({ name: 'many', search: `filter=name=${'web-1,'.repeat(2000)}` }, here)
    assert.deepEqual(savedFilters(here), all)
  })

  it('are read as far as they are well formed', () => {
    const key = 'fleetkey.instances.filters'
    assert.deepEqual(savedFilters(keeper({ [key]: '{' })), [])
    assert.deepEqual(savedFilters(keeper({ [key]: '[1,null,{"name":"a"}]' })), [])
  })

  it('need a name, and are not endless', () => {
    assert.match(nameProblem('  ', []) ?? '', /Give it a name/)
    const full = Array.from({ length: 50 }, (_, at) => ({ name: `f${at}`, search: '' }))
    assert.match(nameProblem('new', full) ?? '', /delete one/)
    assert.equal(nameProblem('f7', full), undefined)
  })

  it('do not stop the page where a browser keeps nothing', () => {
    const refuses: Keeper = {
      getItem: () => null,
      setItem() {
        throw new DOMException('QuotaExceededError')
      },
    }
    assert.deepEqual(saveFilter({ name: 'a', search: '' }, refuses), [{ name: 'a', search: '' }])
  })
})

describe('table settings', () => {
  const defaults = { pageSize: 50, wrapLines: false, columns: [{ id: 'name', visible: true }] }

  it('have new columns last, and nothing that is not well formed', () => {
    const kept = JSON.stringify({
      pageSize: 7,
      wrapLines: 'yes',
      columns: [{ id: 'os', visible: true }, 'x', { id: 3 }],
    })
    assert.deepEqual(tableSettings(defaults, keeper({ 'fleetkey.instances.table': kept })), {
      pageSize: 50,
      wrapLines: false,
      columns: [
        { id: 'os', visible: true },
        { id: 'name', visible: true },
      ],
    })
  })
})
