import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MAX_OPEN_PER_INSTANCE,
  MAX_UNRECORDED,
  MAX_UNRECORDED_ENDED,
  MIN_UNRECORDED,
  type SshSessionRow,
} from '../ssh-session-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { enrolled, fresh, NOW } from './given.ts'

function session(change: Partial<SshSessionRow> = {}): SshSessionRow {
  return {
    sessionId: fresh('s-0'),
    instanceId: fresh('i-'),
    osUser: 'alice',
    method: 'publickey',
    seenBy: 'pam',
    pid: 7,
    startedAt: NOW,
    ...change,
  }
}

const grantOf = (userName: string) => ({
  requestId: fresh('request-'),
  principalId: fresh('AIDA'),
  principalArn: `arn:aws:iam::111122223333:user/${userName}`,
  userName,
  owner: `${fresh('AROA')} ${fresh('ASIA')}`,
  endsWithRight: userName === 'ann',
})

const WHOLE = {
  uid: 1000,
  fingerprint: 'SHA256:x',
  address: '192.0.2.7',
  port: 50_000,
} as const

export function describeSshSessions(now: () => StoreUnderTest): void {
  describe('ssh sessions', () => {
    const given = async (change: Partial<SshSessionRow> = {}) => {
      const row = session(change)
      assert.equal(await now().store.sshSessions.start(row), 'listed')
      return row
    }
    /** Some at a time: all at once would wait longer for the disk than anything may. */
    const eachOf = async (
      rows: readonly SshSessionRow[],
      write: (row: SshSessionRow) => Promise<unknown>,
    ) => {
      for (let at = 0; at < rows.length; at += 512) {
        // oxlint-disable-next-line no-await-in-loop -- so many at a time
        await Promise.all(rows.slice(at, at + 512).map(write))
      }
    }
    /** Those of so many that are listed. */
    const many = async (length: number, change: Partial<SshSessionRow>) => {
      const rows = Array.from({ length }, () => session(change))
      const listed: SshSessionRow[] = []
      await eachOf(rows, async (row) => {
        if ((await now().store.sshSessions.start(row)) === 'listed') listed.push(row)
      })
      return listed
    }
    const idsOf = async (query: object) =>
      (await now().store.sshSessions.list({ limit: 200, ...query })).map((one) => one.sessionId)

    it('keeps one as the host told it, with little or with all that there is to know', async () => {
      const { sshSessions } = now().store
      const little = await given()
      const whole = await given({ ...WHOLE, grant: grantOf('ann') })
      const { owner: _, ...ofNobody } = grantOf('bob')
      const unowned = await given({ grant: ofNobody })
      assert.deepEqual(await sshSessions.get(little), little)
      assert.deepEqual(await sshSessions.get(whole), whole)
      assert.deepEqual(await sshSessions.get(unowned), unowned)
      await now().reopen()
      assert.deepEqual(await now().store.sshSessions.get(whole), whole)
    })

    it('lists only so many open ones of an instance (one that makes them up would fill the disk)', async () => {
      const { sshSessions } = now().store
      const instanceId = fresh('i-')
      const [first, ...others] = await many(MAX_OPEN_PER_INSTANCE, { instanceId })
      assert.equal(await sshSessions.start(session({ instanceId })), 'no room')
      assert.equal(await sshSessions.start(others[0] ?? session()), 'known')
      await given()
      // Of another kind: whoever may log in without a push takes no room from those whose right may be withdrawn.
      await given({ instanceId, grant: grantOf('ann') })
      await sshSessions.end(first ?? session(), { kind: 'closed', at: NOW })
      await given({ instanceId })
    })

    it('has room for some that are not recorded of each instance, however many there are of others', async () => {
      const { sshSessions } = now().store
      const unrecorded = { isUnrecorded: true } as const
      const open = await many(MAX_UNRECORDED, { ...unrecorded, instanceId: fresh('i-') })
      assert.equal(open.length, MAX_UNRECORDED)
      const own = { ...unrecorded, instanceId: fresh('i-') }
      assert.equal((await many(MIN_UNRECORDED, own)).length, MIN_UNRECORDED)
      assert.equal(await sshSessions.start(session(own)), 'no room')
      await given({ instanceId: own.instanceId })
      await eachOf(open, (row) => sshSessions.end(row, { kind: 'closed', at: NOW }))
      const row = await given(own)
      assert.deepEqual(await sshSessions.get(row), row)
    })

    it('keeps but the last that ended of those that are not recorded', async () => {
      const { sshSessions } = now().store
      const instanceId = fresh('i-')
      const recorded = await given({ instanceId })
      await sshSessions.end(recorded, { kind: 'closed', at: NOW - 1 })
      const rows = await many(MAX_UNRECORDED_ENDED + 2, { instanceId, isUnrecorded: true })
      // oxlint-disable-next-line no-await-in-loop -- the order is what is asked for
      for (const [at, row] of rows.entries())
        await sshSessions.end(row, { kind: 'closed', at: NOW + at })
      const open = await given({ instanceId, isUnrecorded: true })
      const kept = [recorded, ...rows.slice(2), open].map(({ sessionId }) => sessionId)
      assert.deepEqual(new Set(await idsOf({ instanceId })), new Set(kept))
    })

    it('takes a session that its host tells again for the one that it has', async () => {
      const row = await given()
      const again = { ...row, osUser: 'mallory', grant: grantOf('ann') }
      const told = Array.from({ length: 3 }, () => now().store.sshSessions.start(again))
      assert.deepEqual(await Promise.all(told), ['known', 'known', 'known'])
      assert.deepEqual(await now().store.sshSessions.get(row), row)
      assert.deepEqual(await idsOf({ instanceId: row.instanceId }), [row.sessionId])
    })

    it('keeps what two hosts tell of one id apart (a host could hide a login of another)', async () => {
      const row = await given()
      const other = await given({ sessionId: row.sessionId, osUser: 'mallory' })
      const { sshSessions } = now().store
      await sshSessions.end(other, { kind: 'closed', at: NOW })
      await sshSessions.markUnexplained(other, 'other-key')
      assert.deepEqual(await sshSessions.get(row), row)
      assert.deepEqual(await idsOf({ sessionIds: [row.sessionId] }), [row.sessionId, row.sessionId])
    })

    it('ends one once, and only for its own instance', async () => {
      const { sshSessions } = now().store
      const row = await given()
      const end = { kind: 'closed', at: NOW + 5, notBefore: NOW + 1 } as const
      assert.equal(await sshSessions.end({ ...row, instanceId: fresh('i-') }, end), false)
      assert.equal(await sshSessions.end(row, end), true)
      assert.equal(await sshSessions.end(row, { kind: 'ended', at: NOW + 9 }), false)
      assert.deepEqual(await sshSessions.get(row), { ...row, end })
      assert.equal(await sshSessions.end(session(), end), false)
    })

    it('marks one that no grant explains, never one that has its grant', async () => {
      const { sshSessions } = now().store
      const row = await given()
      const explained = await given({ grant: grantOf('ann') })
      assert.equal(await sshSessions.markUnexplained(row, 'other-key'), true)
      assert.equal((await sshSessions.get(row))?.unexplained, 'other-key')
      assert.equal(await sshSessions.markUnexplained(explained, 'other-key'), false)
      const elsewhere = { ...row, instanceId: fresh('i-') }
      assert.equal(await sshSessions.markUnexplained(elsewhere, 'other-method'), false)
    })

    it('lists the last recorded first, in pages', async () => {
      const instanceId = fresh('i-')
      const rows: SshSessionRow[] = []
      // oxlint-disable-next-line no-await-in-loop -- the order is what is asked for
      for (let at = 0; at < 5; at++) rows.push(await given({ instanceId, startedAt: NOW - at }))
      const { sshSessions } = now().store
      const first = await sshSessions.list({ instanceId, limit: 3 })
      const beforePlace = first.at(-1)?.place ?? 0
      const second = await sshSessions.list({ instanceId, limit: 3, beforePlace })
      assert.deepEqual(
        [...first, ...second].map((one) => one.sessionId),
        rows.toReversed().map((one) => one.sessionId),
      )
    })

    it('finds by instance, account, person, time and state, all at once too', async () => {
      const grant = grantOf(fresh('ann'))
      const instanceId = fresh('i-')
      const osUser = fresh('os')
      const one = await given({ instanceId, osUser, grant, startedAt: NOW + 10 })
      const other = await given({ instanceId, startedAt: NOW + 20 })
      await now().store.sshSessions.end(other, { kind: 'host-restarted', at: NOW + 30 })
      const both = [other.sessionId, one.sessionId]
      assert.deepEqual(await idsOf({ instanceId }), both)
      assert.deepEqual(await idsOf({ sessionIds: both }), both)
      assert.deepEqual(await idsOf({ instanceId, state: 'active' }), [one.sessionId])
      assert.deepEqual(await idsOf({ instanceId, state: 'ended' }), [other.sessionId])
      assert.deepEqual(await idsOf({ instanceId, from: NOW + 11 }), [other.sessionId])
      assert.deepEqual(await idsOf({ instanceId, from: NOW + 10, to: NOW + 10 }), [one.sessionId])
      const { owner, principalArn, userName } = grant
      for (const query of [{ osUser }, { owner }, { principalArn }, { userName }]) {
        assert.deepEqual(await idsOf(query), [one.sessionId])
      }
      assert.deepEqual(await idsOf({ userName, state: 'ended' }), [])
      assert.deepEqual(await idsOf({ sessionIds: [] }), [])
    })

    it('forgets what ended long ago, the oldest first and so many at a time', async () => {
      const { sshSessions } = now().store
      const open = await given({ startedAt: 1, instanceId: await enrolled(now().store) })
      const old: SshSessionRow[] = []
      for (let at = 1; at <= 3; at++) {
        // oxlint-disable-next-line no-await-in-loop -- the order is what is asked for
        const row = await given({ startedAt: 1, instanceId: open.instanceId })
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await sshSessions.end(row, { kind: 'closed', at })
        old.push(row)
      }
      assert.equal(await sshSessions.prune(3, 1), 1)
      assert.equal(await sshSessions.prune(3, 10), 1)
      assert.equal(await sshSessions.prune(3, 10), 0)
      const left = await Promise.all([open, ...old].map((one) => sshSessions.get(one)))
      assert.deepEqual(
        left.map((one) => one !== undefined),
        [true, false, false, true],
      )
      await sshSessions.prune(4, 10)
    })

    it('forgets an open one of an instance that was forgotten, once it is old', async () => {
      const { sshSessions } = now().store
      const old = await given({ startedAt: 1 })
      const young = await given({ startedAt: NOW })
      assert.equal(await sshSessions.prune(2, 1000), 1)
      assert.equal(await sshSessions.get(old), undefined)
      assert.deepEqual(await sshSessions.get(young), young)
    })
  })
}
