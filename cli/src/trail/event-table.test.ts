import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { paintFor } from '../output.ts'
import { eventLine } from './event-table.ts'
import { readEvent } from './event-view.ts'

const paint = paintFor({}, {})
const screen = {
  env: {},
  interactive: false,
  paintOut: paint,
  paintErr: paint,
  out: () => undefined,
  err: () => undefined,
  now: () => 0,
}
const line = (userIdentity: object) =>
  eventLine(
    screen,
    readEvent({
      Seq: 1,
      Hash: 'h',
      Record: {
        userIdentity,
        eventTime: '2026-11-26T07:00:00Z',
        eventName: 'KeyOffered',
        eventSource: 's',
        requestID: 'r',
        eventID: 'e',
      },
    }),
    new Map(),
  )

describe('the line of an event that is followed', () => {
  it('has its columns below those of others, also where an agent with a long id tells', () => {
    const person = line({ type: 'IAMUser', userName: 'alice' })
    const agent = line({ type: 'AWSService', invokedBy: 'agent/i-0123456789abcdef0' })
    assert.match(agent, / agent\/i-0123… {2}KeyOffered /)
    assert.equal(agent.indexOf('KeyOffered'), person.indexOf('KeyOffered'))
  })
})
