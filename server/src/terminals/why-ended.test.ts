import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { createWhyEnded } from './why-ended.ts'

const FACTS = {
  terminalId: 't',
  instanceId: 'i-1',
  osUser: 'deploy',
  owner: 'AIDAANN',
  principalArn: 'arn',
  userName: 'ann',
  grantRequestId: 'push',
  startedAt: 0,
}
const OF_ROLE = 'AROAOPS arn:aws:iam::1:oidc-provider/idp.example.com 248289761001'
const CUT: TerminalEnd = { cause: 'signalled', says: 'SIGHUP ended the shell on the host.' }

/** With what the trail has of ends on the instance. */
async function why(events: readonly object[], end: TerminalEnd = CUT, owner = 'AIDAANN') {
  const explain = createWhyEnded({
    store: {
      trail: {
        lookup: async () => events.map((event) => ({ record: JSON.stringify(event) })) as never,
      },
      sshSessions: {
        list: async ({ owner }) =>
          (['AIDAANN', OF_ROLE].includes(owner ?? '')
            ? [{ sessionId: 's-own', grant: { requestId: 'push' } }]
            : []) as never,
      },
    },
    now: () => 0,
  })
  return (await explain({ ...FACTS, owner }, end)).cause
}

const ended = (requestParameters: object, more: object = {}) => ({
  requestID: 'other',
  userIdentity: { type: 'IAMUser', userName: 'boss' },
  requestParameters,
  ...more,
})

describe('why a shell ended that was ended on its host', () => {
  it('is what it looks like, when nobody had it ended', async () => {
    assert.equal(await why([]), 'signalled')
  })

  it('is the right that was withdrawn', async () => {
    assert.equal(
      await why([ended({ sessionIds: ['s-own'] }, { requestID: 'push' })]),
      'right-withdrawn',
    )
  })

  it('is somebody who ended it, by its id or with all of its instance', async () => {
    assert.equal(await why([ended({ sessionIds: ['s-own'] })]), 'ended-by-other')
    assert.equal(await why([ended({ instanceId: 'i-1' })]), 'ended-by-other')
    assert.equal(await why([ended({ sessionIds: ['s-own'] })], CUT, OF_ROLE), 'ended-by-other')
  })

  it('is nobody who ended another, only asked, or was refused', async () => {
    assert.equal(await why([ended({ sessionIds: ['s-other'] })]), 'signalled')
    assert.equal(await why([ended({ instanceId: 'i-1', dryRun: true })]), 'signalled')
    assert.equal(
      await why([ended({ instanceId: 'i-1' }, { errorCode: 'AccessDenied' })]),
      'signalled',
    )
  })

  it('is not looked for where the person did it', async () => {
    const exited: TerminalEnd = { cause: 'exited', says: '', exitCode: 0 }
    assert.equal(await why([ended({ instanceId: 'i-1' })], exited), 'exited')
  })
})
