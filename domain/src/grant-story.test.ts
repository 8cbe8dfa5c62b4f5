import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { grantStory, isOver, refusalOf, type RecordOfGrant } from './grant-story.ts'
import type { TrailEvent } from './trail-event.ts'

const HERE = { instanceId: 'i-1', osUser: 'alice', fingerprint: 'SHA256:x' }

const record = (
  eventName: string,
  time: number,
  facts: object = {},
  changes: Partial<TrailEvent> = {},
): RecordOfGrant => ({
  time,
  event: {
    eventName,
    userIdentity: { type: 'AWSService', invokedBy: 'agent/i-1' },
    additionalEventData: { phase: 'complete', ...HERE, ...facts },
    ...changes,
  } as TrailEvent,
})

const PUSHED = record('SendSSHPublicKey', 1000, { phase: 'intent' })
const DELIVERED = record('SendSSHPublicKey', 1010, { phase: 'outcome' })
const OFFERED = record('KeyOffered', 2000, { hostTime: '2026-11-26T12:00:00.000Z' })
const REFUSED = record('KeyRefused', 2100, {
  cause: 'user-locked',
  says: 'The account alice is locked.',
  sourceAddress: '192.0.2.9',
})
const EXPIRED = record('KeyExpiredUnused', 61_010)
const STARTED = record('SessionStarted', 2200, { sourceAddress: '192.0.2.9' })
const ENDED = record('SessionEnded', 9000)

const story = (...records: readonly RecordOfGrant[]) => grantStory(records, 5000)

describe('the story of a grant', () => {
  for (const [records, state, steps] of [
    [[PUSHED], 'pushed', ['pushed']],
    [[PUSHED, DELIVERED], 'delivered', ['pushed', 'delivered']],
    [[PUSHED, DELIVERED, OFFERED], 'offered', ['pushed', 'delivered', 'offered']],
    [
      [PUSHED, DELIVERED, OFFERED, REFUSED],
      'refused',
      ['pushed', 'delivered', 'offered', 'refused'],
    ],
    [
      [PUSHED, DELIVERED, REFUSED, OFFERED],
      'refused',
      ['pushed', 'delivered', 'refused', 'offered'],
    ],
    [
      [PUSHED, DELIVERED, REFUSED, STARTED],
      'accepted',
      ['pushed', 'delivered', 'refused', 'accepted'],
    ],
    [
      [PUSHED, DELIVERED, OFFERED, STARTED, ENDED],
      'accepted',
      ['pushed', 'delivered', 'offered', 'accepted', 'ended'],
    ],
    [[PUSHED, DELIVERED, EXPIRED], 'expired', ['pushed', 'delivered', 'expired']],
    [
      [PUSHED, DELIVERED, REFUSED, EXPIRED],
      'refused',
      ['pushed', 'delivered', 'refused', 'expired'],
    ],
  ] as const)
    it(`is ${state} with ${steps.join(', ')}`, () => {
      const told = story(...records)
      assert.equal(told?.state, state)
      assert.deepEqual(
        told.steps.map(({ kind }) => kind),
        steps,
      )
    })

  it('ends with the time of the key, also where nobody says so', () => {
    const at = (now: number) => grantStory([PUSHED, DELIVERED, OFFERED], now)
    assert.equal(at(61_009)?.state, 'offered')
    assert.equal(at(61_010)?.state, 'expired')
    assert.deepEqual(at(61_010)?.steps.at(-1), { kind: 'expired', time: 61_010 })
    assert.equal(at(61_010)?.usableUntil, 61_010)
  })

  it('keeps why a login was refused', () => {
    const told = story(PUSHED, DELIVERED, REFUSED)
    assert.ok(told)
    assert.deepEqual(refusalOf(told), {
      kind: 'refused',
      time: 2100,
      cause: 'user-locked',
      says: 'The account alice is locked.',
      sourceAddress: '192.0.2.9',
    })
    const accepted = story(PUSHED, DELIVERED, REFUSED, STARTED)
    assert.equal(accepted && refusalOf(accepted), undefined)
  })

  it('of a push that was refused is that refusal', () => {
    const denied = record(
      'SendSSHPublicKey',
      1,
      {},
      { errorCode: 'AccessDenied', errorMessage: 'No.' },
    )
    assert.deepEqual(story(denied)?.steps, [{ kind: 'not-delivered', time: 1, says: 'No.' }])
    const cutOff = record(
      'SendSSHPublicKey',
      2,
      { phase: 'outcome' },
      { errorCode: 'OutcomeUnknown' },
    )
    assert.equal(story(PUSHED, cutOff)?.state, 'not-delivered')
  })

  it('counts once what a host had to tell twice', () => {
    const told = record('KeyRefused', 2, { cause: 'user-locked', receiptId: 'r1' })
    const other = record('KeyRefused', 3, { cause: 'pam-refused', receiptId: 'r2' })
    assert.equal(story(PUSHED, DELIVERED, told, told, other, told)?.steps.length, 4)
  })

  it('takes no word of another host (it could tell the person who pushed anything)', () => {
    const forged = record('KeyRefused', 2, {
      ...REFUSED.event.additionalEventData,
      instanceId: 'i-2',
    })
    assert.equal(story(PUSHED, DELIVERED, forged)?.state, 'delivered')
  })

  it('makes no cause of a word that is none', () => {
    const odd = record('KeyRefused', 2, { cause: 'constructor', says: 7 })
    const told = story(PUSHED, DELIVERED, odd)
    assert.equal(told && refusalOf(told)?.cause, 'unknown')
  })

  it('is nothing without a push', () => {
    assert.equal(story(), undefined)
    assert.equal(story(OFFERED, STARTED), undefined)
    assert.equal(story(record('SendSSHPublicKey', 1, { osUser: 7 })), undefined)
  })

  it('is over when there is nothing more to wait for', () => {
    assert.deepEqual(
      (['pushed', 'delivered', 'offered'] as const).map((state) => isOver({ state })),
      [false, false, false],
    )
    assert.deepEqual(
      (['not-delivered', 'refused', 'accepted', 'expired'] as const).map((state) =>
        isOver({ state }),
      ),
      [true, true, true, true],
    )
  })
})
