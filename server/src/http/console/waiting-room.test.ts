import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WaitingRoom } from './waiting-room.ts'

function full(of: Readonly<Record<string, number>>) {
  const sentAway: string[] = []
  const room = new WaitingRoom(Object.values(of).reduce((sum, count) => sum + count, 0))
  const come = (person: string, name = person) => room.take(person, () => sentAway.push(name))
  for (const [person, count] of Object.entries(of)) {
    for (let n = 1; n <= count; n++) come(person, `${person} ${n}`)
  }
  return { room, sentAway, come }
}

describe('the waiting room of the doors for pages', () => {
  it('has room for who comes when one person has all of it: their oldest place', () => {
    const { sentAway, come } = full({ mallory: 4 })
    assert.ok(come('ann'))
    assert.ok(come('bob'))
    assert.deepEqual(sentAway, ['mallory 1', 'mallory 2'])
  })

  it('gives nobody more than those who are sent away keep', () => {
    const { sentAway, come } = full({ mallory: 4 })
    assert.ok(come('ann'))
    assert.ok(come('ann'))
    assert.equal(come('ann'), undefined)
    assert.equal(come('mallory'), undefined)
    assert.deepEqual(sentAway, ['mallory 1', 'mallory 2'])
  })

  it('sends nobody away who has no more than one (they would take turns, and nobody would get in)', () => {
    const { sentAway, come } = full({ ann: 1, bob: 1 })
    assert.equal(come('carol'), undefined)
    assert.deepEqual(sentAway, [])
  })

  it('counts a place that was left, or taken back, once', () => {
    const { room, come } = full({ mallory: 3 })
    const leave = come('ann')
    leave?.()
    leave?.()
    assert.equal(room.taken, 2)
    assert.ok(come('bob'))
    assert.equal(room.taken, 3)
  })
})
