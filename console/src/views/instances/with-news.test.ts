import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInstance } from './testing/sample-instance.ts'
import { withNews } from './with-news.ts'

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
