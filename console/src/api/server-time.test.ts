import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { noteServerTime, onServerTime, serverTime } from './server-time.ts'

const NOW = Date.UTC(2026, 10, 27, 8, 0, 0)
const HOUR = 3_600_000
const answeredAt = (time: number) =>
  noteServerTime(new Response(null, { headers: { date: new Date(time).toUTCString() } }))

describe('the time of the control plane', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['Date'], now: NOW })
    answeredAt(NOW)
  })
  afterEach(() => mock.timers.reset())

  it("is the browser's, to the millisecond, where both clocks are right", () => {
    answeredAt(NOW - 999)
    answeredAt(NOW + 1000)
    noteServerTime(new Response())
    noteServerTime(new Response(null, { headers: { date: 'soon' } }))
    assert.equal(serverTime(), NOW)
  })

  it("is what answers tell where the browser's clock is hours off, before or behind, or is set meanwhile", () => {
    let changes = 0
    const stop = onServerTime(() => (changes += 1))
    for (const hours of [3, -3, 0]) {
      mock.timers.setTime(NOW + hours * HOUR)
      answeredAt(NOW)
      assert.ok(Math.abs(serverTime() - NOW) <= 1000)
    }
    stop()
    assert.equal(changes, 3)
  })
})
