import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readEvent } from './event-view.ts'

const whoIs = (userIdentity: object): string =>
  readEvent({
    Seq: 1,
    Hash: 'h',
    Record: {
      userIdentity,
      eventTime: '2026-11-26T07:00:00Z',
      eventName: 'E',
      eventSource: 's',
      requestID: 'r',
      eventID: 'e',
    },
  }).who

describe('an event names', () => {
  for (const [who, identity] of [
    ['root', { type: 'Root', principalId: '1' }],
    ['alice', { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::1:user/team/alice' }],
    [
      'sre/carol@example.com',
      {
        type: 'AssumedRole',
        principalId: 'AROAX:carol@example.com',
        arn: 'arn:aws:sts::1:assumed-role/sre/carol@example.com',
      },
    ],
    ['Carol', { type: 'WebIdentityUser', userName: 'sub-1', displayName: 'Carol' }],
    ['sub-1', { type: 'WebIdentityUser', userName: 'sub-1' }],
    ['anonymous', { type: 'Unknown', principalId: 'anonymous' }],
  ] as const)
    it(`${identity.type} as ${who}`, () => {
      assert.equal(whoIs(identity), who)
    })
})
