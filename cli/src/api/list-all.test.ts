import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { listAll } from './list-all.ts'
import { iamOperation } from './operations.ts'

/** An API that answers one page after the other; `asked` has the inputs. */
function paged(...pages: readonly object[]) {
  const asked: object[] = []
  const call = (_operation: unknown, input: object) => {
    asked.push(JSON.parse(JSON.stringify(input)))
    return Promise.resolve({ ...pages[Math.min(asked.length, pages.length) - 1] })
  }
  return { asked, call }
}

describe('listAll', () => {
  it('follows the markers to the end and puts the pages together', async () => {
    const api = paged(
      { Users: [1, 2], IsTruncated: true, Marker: 'a' },
      { Users: [], IsTruncated: true, Marker: 'b' },
      { Users: [3], IsTruncated: false },
    )
    const input = { PathPrefix: '/x/' }
    const answer = await listAll(api, iamOperation('ListUsers'), { member: 'Users', input })
    assert.deepEqual(answer, { Users: [1, 2, 3] })
    const asked = { ...input, MaxItems: 1000 }
    assert.deepEqual(api.asked, [asked, { ...asked, Marker: 'a' }, { ...asked, Marker: 'b' }])
  })

  it('takes a list without paging as it is', async () => {
    const answer = await listAll(paged({ Users: ['a'] }), iamOperation('ListUsers'), {
      member: 'Users',
    })
    assert.deepEqual(answer, { Users: ['a'] })
  })

  it('refuses markers that lead back (would ask without end)', async () => {
    const api = paged(
      { Users: [], IsTruncated: true, Marker: 'a' },
      { Users: [], IsTruncated: true, Marker: 'b' },
      { Users: [], IsTruncated: true, Marker: 'a' },
    )
    await assert.rejects(listAll(api, iamOperation('ListUsers'), { member: 'Users' }), Failure)
    assert.equal(api.asked.length, 3)
  })
})
