import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInstance } from './testing/sample-instance.ts'
import { joinedNews, withNews } from './with-news.ts'

const one = (instanceId: string, state = 'running') => sampleInstance({ instanceId, state })

describe('withNews', () => {
  it('has what changed in its place, what is new last, and what is gone no more', () => {
    const news = { changed: [one('i-9', 'pending'), one('i-2', 'stopped')], gone: ['i-1', 'i-7'] }
    assert.deepEqual(
      withNews([one('i-1'), one('i-2'), one('i-3')], news).map(
        ({ instanceId, state }) => `${instanceId} ${state}`,
      ),
      ['i-2 stopped', 'i-3 running', 'i-9 pending'],
    )
  })

  it('does not bring back what is gone', () => {
    assert.deepEqual(withNews([], { changed: [one('i-1')], gone: ['i-1'] }), [])
  })
})

describe('joinedNews', () => {
  it('says of each instance what was told last', () => {
    const first = { changed: [one('i-1'), one('i-2'), one('i-3')], gone: ['i-4', 'i-5'] }
    const then = { changed: [one('i-1', 'stopped'), one('i-4')], gone: ['i-2'] }
    const { changed, gone } = joinedNews(first, then)
    assert.deepEqual(
      changed.map(({ instanceId, state }) => `${instanceId} ${state}`),
      ['i-1 stopped', 'i-3 running', 'i-4 running'],
    )
    assert.deepEqual(gone, ['i-5', 'i-2'])
  })

  it('is no more than the fleet, however often it changes (a page would grow for as long as it is open)', () => {
    const news = { changed: [one('i-1'), one('i-2')], gone: ['i-3'] }
    const all = Array.from({ length: 100 }, () => news).reduce(joinedNews)
    assert.deepEqual([all.changed.length, all.gone.length], [2, 1])
  })
})
