import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from './failure.ts'
import { parseMoment } from './moment.ts'

/** In the zone of whoever runs this. */
const at = (...parts: [number, number, number, number?, number?, number?]) => {
  const [year, month, ...rest] = parts
  return new Date(year, month - 1, ...rest).getTime()
}
const NOW = at(2026, 11, 26, 12, 30, 15)

describe('a time', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['15m', NOW - 900_000],
    ['7d', NOW - 7 * 86_400_000],
    ['now', NOW],
    ['today', at(2026, 11, 26)],
    ['yesterday', at(2026, 11, 25)],
    ['14:30', at(2026, 11, 26, 14, 30)],
    ['9:05:07', at(2026, 11, 26, 9, 5, 7)],
    ['2026-11-22', at(2026, 11, 22)],
    ['2026-11-22T17:00', at(2026, 11, 22, 17)],
    ['2026-11-22 17:00:05', at(2026, 11, 22, 17, 0, 5)],
    ['2026-11-22T17:00:00Z', Date.UTC(2026, 10, 22, 17)],
    ['2026-11-22T17:00:00.250+02:00', Date.UTC(2026, 10, 22, 15, 0, 0, 250)],
  ]
  for (const [text, time] of cases) {
    it(`is ${text}`, () => assert.equal(parseMoment(text, NOW), time))
  }

  for (const text of [
    '',
    'soon',
    '25:00',
    '2026-13-01',
    '2026-02-31',
    '2026-11-22T17',
    '1e3',
    '-5m',
  ]) {
    it(`is not "${text}"`, () => {
      assert.throws(
        () => parseMoment(text, NOW),
        (error) => error instanceof Failure,
      )
    })
  }
})
