import assert from 'node:assert/strict'
import { it } from 'node:test'
import { lastUseAt, noteUse } from './console-session.ts'
import { serverTime } from './server-time.ts'

it('knows no use that is still to come, once the clock was set back (a session would seem used for hours)', () => {
  const now = serverTime()
  noteUse(now + 3_600_000)
  noteUse(now)
  assert.ok(lastUseAt() >= now && lastUseAt() < now + 60_000)
  noteUse(now - 60_000)
  assert.ok(lastUseAt() >= now, 'another tab tells late')
})
