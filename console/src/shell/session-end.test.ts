import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sessionEnd } from './session-end.ts'

const MINUTE = 60_000
const session = { expiresAt: 720 * MINUTE, idleMs: 60 * MINUTE }
const at = (minute: number, lastUse: number) =>
  sessionEnd(session, { lastUseAt: lastUse * MINUTE, now: minute * MINUTE })

describe('the end of a session', () => {
  it('is told five minutes before, and why', () => {
    assert.deepEqual(at(50, 0), { kind: 'far' })
    assert.deepEqual(at(55, 0), { kind: 'idle', at: 60 * MINUTE })
    assert.deepEqual(at(55, 1), { kind: 'far' })
    assert.deepEqual(at(60, 0), { kind: 'over' })
    assert.deepEqual(at(716, 715), { kind: 'time', at: 720 * MINUTE })
    assert.deepEqual(at(720, 719), { kind: 'over' })
  })

  it('does not come by idleness where there is no limit, and is told in time where it is short', () => {
    const never = sessionEnd({ ...session, idleMs: 0 }, { lastUseAt: 0, now: 700 * MINUTE })
    assert.deepEqual(never, { kind: 'far' })
    const short = { ...session, idleMs: 4 * MINUTE }
    assert.deepEqual(sessionEnd(short, { lastUseAt: 0, now: MINUTE }), { kind: 'far' })
    assert.equal(sessionEnd(short, { lastUseAt: 0, now: 2 * MINUTE }).kind, 'idle')
  })
})
