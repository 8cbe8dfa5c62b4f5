import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readEvent } from '../../../events/trail-record.ts'
import { sampleEvent } from '../../../events/testing/sample-event.ts'
import { refusedHosts } from './refused-host.ts'

const enrolment = (errorCode: string, facts: Readonly<Record<string, unknown>> = {}) =>
  readEvent(
    sampleEvent(
      { eventName: 'EnrolInstance', eventType: 'AwsServiceEvent', errorCode },
      { instanceName: undefined, ...facts },
    ),
  )

describe('hosts that came with a token', () => {
  it('are told of that were refused, as they call themselves', () => {
    const refused = enrolment('JoinTokenInvalidException', { hostname: 'web-9' })
    assert.deepEqual(refusedHosts([refused, enrolment('')]), [
      { eventId: 'e-7', hostname: 'web-9', address: '203.0.113.7', at: refused.time },
    ])
    assert.equal(refusedHosts([enrolment('JoinTokenInvalidException')])[0]?.hostname, '')
  })
})
