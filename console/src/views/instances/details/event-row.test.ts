import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readRow } from './event-row.ts'

describe('readRow', () => {
  it('says who did what, and what came of it', () => {
    const row = readRow({
      Seq: 7,
      Record: {
        eventID: 'e-1',
        eventTime: '2026-11-26T12:00:00Z',
        eventName: 'SendSSHPublicKey',
        errorCode: 'AccessDeniedException',
        errorMessage: 'no',
        userIdentity: { type: 'IAMUser', userName: 'alice' },
        requestParameters: { instanceOSUser: 'deploy' },
      },
    })
    assert.deepEqual(row, {
      id: 'e-1',
      time: Date.UTC(2026, 10, 26, 12) / 1000,
      name: 'SendSSHPublicKey',
      who: 'alice',
      osUser: 'deploy',
      errorCode: 'AccessDeniedException',
      errorMessage: 'no',
    })
  })

  it('calls root and roles by what people call them', () => {
    const who = (userIdentity: object) => readRow({ Seq: 1, Record: { userIdentity } }).who
    assert.equal(who({ type: 'Root', arn: 'arn:aws:iam::111122223333:root' }), 'root')
    assert.equal(
      who({ type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/ops/carol' }),
      'assumed-role/ops/carol',
    )
    assert.equal(who({ invokedBy: 'fleetkey.amazonaws.com' }), 'fleetkey.amazonaws.com')
  })

  it('takes a record of which it knows nothing', () => {
    const row = readRow({ Seq: 3, Record: { eventTime: 'x', requestParameters: null } })
    assert.deepEqual([row.id, row.time, row.name, row.who], ['3', undefined, '–', '–'])
  })
})
