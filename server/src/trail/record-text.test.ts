import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { recordText } from './record-text.ts'

const event: TrailEvent = {
  eventVersion: '1.08',
  userIdentity: { type: 'Unknown', principalId: 'anonymous' },
  eventTime: '2026-11-26T07:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'PutUserPolicy',
  awsRegion: 'on-prem-1',
  sourceIPAddress: '192.0.2.7',
  userAgent: 'test',
  requestParameters: { userName: 'alice' },
  responseElements: null,
  additionalEventData: { phase: 'intent' },
  requestID: 'r',
  eventID: 'e',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
}
const recorded = (change: Partial<TrailEvent>) =>
  JSON.parse(recordText({ ...event, ...change })) as TrailEvent
const bytes = (value: unknown) =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))

describe('the text of a record', () => {
  it('is the record', () => assert.equal(recordText(event), JSON.stringify(event)))

  for (const character of ['x', 'ü', '€', '🔑']) {
    it(`has a message and a user agent of 1 KB at most, in whole characters, of ${character}`, () => {
      const long = character.repeat(2000)
      const { errorMessage, userAgent } = recorded({ errorMessage: long, userAgent: long })
      for (const text of [errorMessage ?? '', userAgent]) {
        assert.ok(bytes(text) <= 1024 && bytes(text) > 1020)
        assert.ok(long.startsWith(text))
      }
    })
  }

  it('has texts that just fit whole', () => {
    const text = 'x'.repeat(1024)
    assert.equal(recorded({ errorMessage: text }).errorMessage, text)
  })

  it('has parameters of 100 KB at most: the longest texts are cut, the others stand', () => {
    const { requestParameters } = recorded({
      requestParameters: { userName: 'alice', policyDocument: '"\n€'.repeat(60_000) },
    })
    assert.ok(bytes(requestParameters) <= 100 * 1024)
    assert.equal(requestParameters?.['userName'], 'alice')
    assert.match(String(requestParameters?.['policyDocument']), /^"\n€.*…$/s)
  })

  it('has long lists cut, with how many are missing', () => {
    const instanceIds = Array.from({ length: 20_000 }, (_, n) => `i-${n}`)
    const { requestParameters } = recorded({ requestParameters: { instanceIds } })
    const shown = requestParameters?.['instanceIds'] as string[]
    assert.equal(shown[99], 'i-99')
    assert.equal(shown.at(-1), '… 19900 more')
  })

  it('says how large a part is that nothing helps', () => {
    const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`name-${n}`, n]))
    const { requestParameters, responseElements } = recorded({
      requestParameters: many,
      responseElements: many,
    })
    for (const part of [requestParameters, responseElements]) {
      assert.equal(part?.['omitted'], true)
      assert.equal(part?.['originalSize'], bytes(many))
    }
  })

  it('has facts of 28 KB at most, and always the phase', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`${n}${'ü'.repeat(120)}`, '€'.repeat(256)]),
    )
    const { additionalEventData } = recorded({
      additionalEventData: {
        phase: 'outcome',
        osUser: 'deploy',
        instanceTags: tags,
        says: 'x'.repeat(9000),
      },
    })
    assert.ok(bytes(additionalEventData) <= 28 * 1024)
    assert.equal(additionalEventData.phase, 'outcome')
    assert.equal(additionalEventData['osUser'], 'deploy')
  })
})
