import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isAlarm } from './alarm.ts'

it('an alarm is what a host tells and should not be, also where it was not recorded any more', () => {
  const records = [
    ['LogTampered', {}, true],
    ['LoginUnexplained', { alarm: true }, true],
    ['LoginUnexplained', { alarm: false }, false],
    ['ReceiptsLeftOut', { leftOut: { KeyOffered: 7 } }, false],
    ['ReceiptsLeftOut', { leftOut: { KeyOffered: 7, LoginUnexplained: 1 } }, true],
    ['ReceiptsLeftOut', { leftOut: null }, false],
    ['ReceiptsLeftOut', { leftOut: {}, notListed: 1 }, true],
    ['SessionStarted', { alarm: true }, false],
  ] as const
  for (const [name, facts, expected] of records) {
    assert.equal(isAlarm(name, facts), expected, `${name} ${JSON.stringify(facts)}`)
  }
})
