import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LoginMatch } from '@fleetkey/domain/match-login'
import { SessionBook } from './session-book.ts'

const MOST = 4096

/** A host whose server is away. */
function given() {
  const book = new SessionBook({ instanceId: 'i-1', bootId: 'b' })
  let count = 0
  const login = (match: LoginMatch) => {
    const pid = ++count
    const who = { pid, start: String(pid), osUser: 'ann' }
    const seen = { method: 'publickey', seenBy: 'pam', startedAt: pid } as const
    book.loggedIn({ ...who, ...seen }, match, true)
    return book.idOf(who)
  }
  const logout = (sessionId: string) => book.ended({ sessionId, osUser: 'ann' }, { at: count })
  const told = (sessionId: string) =>
    book.state.pending
      .filter((receipt) => 'sessionId' in receipt && receipt.sessionId === sessionId)
      .map(({ kind }) => kind)
  return { book, login, logout, told }
}

const BY_GRANT: LoginMatch = { kind: 'grant', grantId: 'g' }
const BY_NONE: LoginMatch = { kind: 'unexplained', cause: 'other-key' }

describe('what a host keeps for a server that is away', () => {
  it('is above all who is logged in (who logs in and out thousands of times would stay unseen)', () => {
    const { book, login, logout, told } = given()
    const open = [login(BY_NONE), login(BY_GRANT)]
    for (let count = 0; count < MOST; count++) logout(login(BY_GRANT))
    assert.deepEqual(open.map(told), [
      ['session-started', 'login-unexplained'],
      ['session-started'],
    ])
    assert.ok(book.state.pending.length <= MOST)
    assert.equal(book.dropped + book.state.pending.length, 3 + 2 * MOST)
  })

  it('is what no grant explains before what one does, and of that the newest (alarms could be pushed out by any who may log in)', () => {
    const { login, logout, told } = given()
    const [first, last] = [login(BY_NONE), login(BY_NONE)]
    logout(first)
    logout(last)
    for (let count = 0; count < MOST; count++) logout(login(BY_GRANT))
    assert.equal(told(first).length, 3)
    for (let count = 0; count < 1364; count++) logout(login(BY_NONE))
    assert.deepEqual([told(first), told(last).length], [[], 3])
  })

  it('is of many that are open the newest', () => {
    const { book, login, told } = given()
    const open = Array.from({ length: MOST + 1 }, () => login(BY_GRANT))
    assert.deepEqual([told(open[0] ?? ''), told(open[1] ?? '')], [[], ['session-started']])
    assert.equal(book.dropped, 1)
  })
})
