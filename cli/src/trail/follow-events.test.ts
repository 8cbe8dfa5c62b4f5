import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { followEvents } from './follow-events.ts'

const COUNT = 20
const search = { Filters: [], Detail: 'notable' } as const
const pace = { everyMs: 1, awayMs: 1 }

const event = (seq: number) => ({
  Seq: seq,
  Hash: 'h',
  Record: {
    eventTime: '2026-11-22T17:00:00Z',
    eventName: 'E',
    eventSource: 's',
    eventID: `e${seq}`,
    requestID: `r${seq}`,
    userIdentity: { type: 'Root' },
  },
})

/** A trail that grows with each question and is told in pages of three; every fifth question finds the server away. */
function growingTrail(failure: Failure) {
  let calls = 0
  return {
    async call(_operation: unknown, input: object) {
      calls += 1
      if (calls % 5 === 0) throw failure
      const after = Number((input as { NextToken?: string }).NextToken ?? 0)
      const there = Math.min(COUNT, calls * 2)
      const seqs = Array.from({ length: there }, (_, n) => n + 1).filter((seq) => seq > after)
      const page = seqs.slice(0, 3)
      const token = String(page.at(-1) ?? after)
      const end = seqs.length > page.length ? { NextToken: token } : { FollowToken: token }
      return { Events: page.map(event), ...end }
    },
  }
}

async function followed(failure: Failure): Promise<{ seqs: number[]; away: number }> {
  const end = new AbortController()
  const seqs: number[] = []
  let away = 0
  const pages = followEvents(growingTrail(failure), search, {
    signal: end.signal,
    onAway: () => void (away += 1),
    pace,
  })
  await assert.rejects(async () => {
    for await (const events of pages) {
      seqs.push(...events.map(({ seq }) => seq))
      if (seqs.length >= COUNT) end.abort(new Error('enough'))
    }
  }, /enough/)
  return { seqs, away }
}

describe('following events', () => {
  it('tells each once, in order, over pages and while the server is away', async () => {
    const { seqs, away } = await followed(new Failure('tryAgain', 'Away.'))
    assert.deepEqual(
      seqs,
      Array.from({ length: COUNT }, (_, n) => n + 1),
    )
    assert.ok(away > 0)
  })

  it('ends with a refusal that waiting does not mend', async () => {
    const denied = new Failure('accessDenied', 'No.')
    const pages = followEvents(growingTrail(denied), search, {
      signal: new AbortController().signal,
      onAway: () => assert.fail('it is not away'),
      pace,
    })
    await assert.rejects(async () => {
      for await (const _ of pages);
    }, denied)
  })
})
