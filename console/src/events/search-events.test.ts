import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readEvents } from './search-events.ts'
import { sampleEvent } from './testing/sample-event.ts'

/** Pages with so many each; the first ones of a search for words may have none. */
function answering(...pages: readonly (readonly number[])[]) {
  let page = 0
  return async () => {
    const Events = (pages[page++] ?? []).map((seq) => sampleEvent({}, {}, seq))
    return { Events, SearchedTo: 100 - page, ...(page < pages.length && { NextToken: `${page}` }) }
  }
}

describe('readEvents', () => {
  it('tells what it has found while it looks further', async () => {
    const told: string[] = []
    const { events, next } = await readEvents(
      { Order: 'newest', Detail: 'acts' },
      {
        signal: new AbortController().signal,
        wanted: 3,
        onPage: (page) =>
          told.push(`${page.events.map(({ seq }) => seq).join()} to ${page.searchedTo}`),
        ask: answering([], [9], [], [8, 7], [6]),
      },
    )
    assert.deepEqual(told, [' to 99', '9 to 98', '9 to 97', '9,8,7 to 96'])
    assert.deepEqual(
      events.map(({ seq }) => seq),
      [9, 8, 7],
    )
    assert.equal(next, '4')
  })
})
