import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from '../api/api-refusal.ts'
import { findSession, sessionPage } from './find-session.ts'
import { findTerminal } from './find-terminal.ts'
import { readSession } from './ssh-session.ts'

const { signal } = new AbortController()
const session = readSession({
  SessionId: 's-1',
  InstanceId: 'i-1',
  InstanceOSUser: 'root',
  State: 'active',
  StartedAt: 1000,
  Method: 'publickey',
  Explained: 'grant',
  RequestId: 'push-1',
})
const refusal = new ApiRefusal({ code: 'AccessDeniedException', message: '', status: 403 })
const refuse = () => Promise.reject(refusal)

describe('the terminal of a session', () => {
  const terminals = {
    Terminals: [
      { TerminalId: 't-2', Mine: true, GrantId: 'push-2' },
      { TerminalId: 't-1', Mine: false, GrantId: 'push-1' },
    ],
  }
  const open = () => Promise.resolve(terminals)

  it('is the one by the same push, while it is open', async () => {
    assert.deepEqual(await findTerminal(session, signal, open), {
      terminalId: 't-1',
      isOwn: false,
    })
    assert.equal(await findTerminal({ ...session, requestId: 'push-3' }, signal, open), undefined)
  })

  it('is not asked for where there can be none', async () => {
    for (const none of [{ requestId: undefined }, { state: 'ended' as const }]) {
      const ask = () => assert.fail('each question is on record')
      assert.equal(await findTerminal({ ...session, ...none }, signal, ask), undefined)
    }
  })

  it('is none to who may not see it', async () => {
    assert.equal(await findTerminal(session, signal, refuse), undefined)
  })
})

describe('the session of a terminal', () => {
  const of = { instanceId: 'i-1', requestId: 'push-1', startedAt: 990 }
  const read = () => Promise.resolve({ sessions: [session], next: undefined })

  it('is the one by the same push, with its page', async () => {
    const found = await findSession(of, signal, read)
    assert.equal(found && sessionPage(found), '/sessions?session=s-1')
    assert.equal(sessionPage({ ...session, state: 'ended' }), '/sessions?state=ended&session=s-1')
    assert.equal(await findSession({ ...of, requestId: 'push-2' }, signal, read), undefined)
  })

  it('is none to who may not see it', async () => {
    assert.equal(await findSession(of, signal, refuse), undefined)
  })
})
