import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { durationOf, readSession, withSessions, type SessionAnswer } from './ssh-session.ts'

const answer = (SessionId: string, change: Partial<SessionAnswer> = {}): SessionAnswer => ({
  SessionId,
  InstanceId: 'i-0a',
  InstanceOSUser: 'root',
  State: 'active',
  StartedAt: 1000,
  Method: 'publickey',
  Explained: 'grant',
  ...change,
})
const session = (...given: Parameters<typeof answer>) => readSession(answer(...given))

describe('SSH sessions', () => {
  it('takes a state or an explanation that it does not know for unknown', () => {
    const { state, explained } = session('s-1', { State: 'later', Explained: 'later' })
    assert.deepEqual([state, explained], ['unknown', 'unknown'])
  })
  it('is not recorded only where that is said', () => {
    const recorded = [undefined, true, false].map((Recorded) =>
      Recorded === undefined ? session('s-1') : session('s-1', { Recorded }),
    )
    assert.deepEqual(
      recorded.map(({ isRecorded }) => isRecorded),
      [true, true, false],
    )
  })
  it('puts what the feed tells on what is known, the last begun first', () => {
    const known = [session('s-2', { StartedAt: 20 }), session('s-1', { StartedAt: 10 })]
    const told = [
      session('s-1', { StartedAt: 10, State: 'ended' }),
      session('s-3', { StartedAt: 30 }),
    ]
    assert.deepEqual(
      withSessions(known, told).map(({ sessionId, state }) => [sessionId, state]),
      [
        ['s-3', 'active'],
        ['s-2', 'active'],
        ['s-1', 'ended'],
      ],
    )
  })
  it('keeps the one of each host where two have an id (a host could put a session of another out of sight)', () => {
    const known = [session('s-1')]
    const told = [session('s-1', { InstanceId: 'i-0b', State: 'ended' })]
    assert.deepEqual(
      withSessions(known, told)
        .map(({ instanceId, state }) => `${instanceId} ${state}`)
        .toSorted(),
      ['i-0a active', 'i-0b ended'],
    )
  })
  it('says how long one lasts, or lasted', () => {
    const after = (seconds: number) => durationOf(session('s-1'), (1000 + seconds) * 1000)
    assert.deepEqual([42, 200, 7500, 349_200].map(after), [
      '42 s',
      '3 min',
      '2 h 05 min',
      '4 d 1 h',
    ])
    assert.equal(durationOf(session('s-1', { EndedAt: 1061 }), 9e9), '1 min')
    // A host whose clock is ahead.
    assert.equal(after(-5), '0 s')
  })
})
