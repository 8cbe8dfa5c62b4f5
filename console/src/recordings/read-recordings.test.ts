import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readRecordings } from './read-recordings.ts'
import type { ListedRecording } from './recording.ts'

const { signal } = new AbortController()
const some = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ RecordingId: `r-${n}` }) as ListedRecording)

/** Answers with these pages, and keeps what it was asked. */
function pages(...counts: readonly number[]) {
  const asked: object[] = []
  const ask = (input: object) => {
    const page = asked.push(input)
    const isLast = page === counts.length
    return Promise.resolve({
      Recordings: some(counts[page - 1] ?? 0),
      ...(!isLast && { NextToken: String(page) }),
    })
  }
  return { asked, ask }
}

describe('reading recordings', () => {
  it('goes on behind pages that are short or empty (it would say that none fits)', async () => {
    const { asked, ask } = pages(0, 2, 3)
    const found = await readRecordings({ Mine: true }, { signal, wanted: 50, ask })
    assert.deepEqual([found.recordings.length, found.next], [5, undefined])
    assert.deepEqual(asked, [
      { Mine: true, MaxResults: 50 },
      { Mine: true, MaxResults: 50, NextToken: '1' },
      { Mine: true, MaxResults: 48, NextToken: '2' },
    ])
  })

  it('stops when there are enough, and says where the next begin', async () => {
    const { asked, ask } = pages(1, 2, 9)
    const found = await readRecordings({}, { signal, wanted: 3, from: '7', ask })
    assert.deepEqual([found.recordings.length, found.next, asked.length], [3, '2', 2])
    assert.deepEqual(asked[0], { MaxResults: 3, NextToken: '7' })
  })
})
