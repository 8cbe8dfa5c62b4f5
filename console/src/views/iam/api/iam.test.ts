import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { listAll } from './iam.ts'

const fetched = globalThis.fetch

describe('a listing', () => {
  const asked: unknown[] = []
  before(() => {
    const pages = [
      { Users: ['ann'], IsTruncated: true, Marker: 'after ann' },
      { Users: [], IsTruncated: true, Marker: 'after bob' },
      { Users: ['eve'], IsTruncated: false, Marker: 'of no page' },
    ]
    globalThis.fetch = (_url, init) => {
      asked.push(JSON.parse(init?.body as string))
      return Promise.resolve(Response.json(pages[asked.length - 1]))
    }
  })
  after(() => {
    globalThis.fetch = fetched
  })

  it('is all of its pages, also behind one that is empty (who is left out would not be seen to have rights)', async () => {
    const { signal } = new AbortController()
    const listing = { operation: 'ListUsers', member: 'Users', input: { PathPrefix: '/' } }
    assert.deepEqual(await listAll(listing, signal), ['ann', 'eve'])
    const page = { PathPrefix: '/', MaxItems: 1000 }
    assert.deepEqual(asked, [
      page,
      { ...page, Marker: 'after ann' },
      { ...page, Marker: 'after bob' },
    ])
  })
})
