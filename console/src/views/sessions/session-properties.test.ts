import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SshSession } from '../../sessions/ssh-session.ts'
import { sessionOptions } from './session-properties.ts'

describe('what sessions are offered to be found by', () => {
  it('is each value once, of each property not more than one reads, and no ids', () => {
    const sessions = Array.from(
      { length: 2000 },
      (_, n) =>
        ({
          who: `person-${n}`,
          osUser: n % 2 === 0 ? 'root' : 'deploy',
          sessionId: `s-${n}`,
          fingerprint: `SHA256:${n}`,
          startedAt: n,
        }) as SshSession,
    )
    const offered = Map.groupBy(sessionOptions(sessions), ({ propertyKey }) => propertyKey)
    assert.deepEqual(
      offered.get('osUser')?.map(({ value }) => value),
      ['deploy', 'root'],
    )
    assert.equal(offered.get('who')?.length, 500)
    assert.deepEqual([...offered.keys()], ['who', 'osUser'])
  })
})
