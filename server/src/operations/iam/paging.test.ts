import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { byName, pageFrom, pageOf, readPage } from './paging.ts'

function read(fields: Readonly<Record<string, unknown>>) {
  const v = validate(new Map(Object.entries(fields)))
  const page = readPage(v)
  v.finish(validationFailure)
  return page
}

const rows = (...names: string[]) => names.map((name) => ({ name }))
const itself = ({ name }: { readonly name: string }) => name

/** What a client sees that follows the markers. */
function walk(all: ReturnType<typeof rows>, MaxItems: number, gone: readonly string[] = []) {
  const pages: string[][] = []
  let Marker: string | undefined
  do {
    const present = pages.length === 0 ? all : all.filter(({ name }) => !gone.includes(name))
    const page = pageOf(read({ MaxItems, Marker }), present, itself)
    pages.push(page.rows.map(itself))
    assert.equal(page.end.IsTruncated, page.end.Marker !== undefined)
    Marker = page.end.Marker
  } while (Marker !== undefined)
  return pages
}

describe('readPage', () => {
  it('takes 100 items from the beginning unless asked otherwise', () => {
    assert.deepEqual(read({}), { after: undefined, limit: 100 })
    assert.equal(read({ MaxItems: 1000 }).limit, 1000)
  })

  it('refuses less than one item and more than a thousand', () => {
    for (const MaxItems of [0, -1, 1001]) {
      assert.throws(() => read({ MaxItems }), { code: 'ValidationException' })
    }
  })

  it('refuses a marker that no list gave', () => {
    const { Marker = '' } = pageOf(read({ MaxItems: 1 }), rows('a', 'b'), itself).end
    assert.equal(read({ Marker }).after, 'a')
    const others = ['', 'a', 'b', `${Marker}=`, ` ${Marker}`, Marker.slice(1), 'é']
    for (const other of others) {
      assert.throws(() => read({ Marker: other }), { code: 'ValidationException' }, other)
    }
    assert.throws(() => read({ Marker: 'bm9uZQ' }), { message: 'Invalid Marker' })
  })
})

describe('pageOf', () => {
  it('gives every item once, in order', () => {
    const all = rows('d', 'B', 'a', 'é', 'c')
    assert.deepEqual(walk(all, 2), [['B', 'a'], ['c', 'd'], ['é']])
    assert.deepEqual(walk(all, 5), [['B', 'a', 'c', 'd', 'é']])
    assert.deepEqual(walk([], 2), [[]])
  })

  it('goes on where it was when the last item of a page is gone', () => {
    assert.deepEqual(walk(rows('a', 'b', 'c', 'd'), 2, ['a', 'b']), [
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('sorts names regardless of case by byName', () => {
    const page = pageOf(read({}), rows('b', 'C', 'A'), byName)
    assert.deepEqual(page.rows, rows('A', 'b', 'C'))
  })
})

describe('pageFrom', () => {
  it('asks for one more than fits, behind the last one', async () => {
    const asked: unknown[] = []
    const list = (query: { readonly after?: string; readonly limit: number }) => {
      asked.push(query)
      return Promise.resolve(rows('c', 'd', 'e'))
    }
    const first = await pageFrom(read({ MaxItems: 2 }), list, byName)
    assert.deepEqual(first.rows, rows('c', 'd'))
    const second = await pageFrom(read({ Marker: first.end.Marker, MaxItems: 3 }), list, byName)
    assert.deepEqual(second.end, { IsTruncated: false })
    assert.deepEqual(asked, [{ limit: 3 }, { after: 'd', limit: 4 }])
  })
})
