import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFakeAccounts, createFakeClock, silentLog } from '../testing/agent-parts.ts'
import { AcceptedLogins } from './accepted-logins.ts'
import { SeenLogins } from './seen-logins.ts'

const ANN = { name: 'ann', uid: 1000, shell: '/bin/sh' }
const ROOT = { name: 'root', uid: 0, shell: '/bin/sh' }

function given(accounts = createFakeAccounts([ANN, ROOT])) {
  const clock = createFakeClock()
  return new SeenLogins({
    clock,
    accounts,
    grants: { ofKey: () => [] },
    accepted: new AcceptedLogins(),
    wallNow: () => 1_000_000,
    log: silentLog(),
  })
}

const running = (osUser: string) => ({ pid: 7, start: '70', child: 8, osUser, uid: ANN.uid })
const nameIn = async (seen: SeenLogins, osUser: string) => {
  const { login } = await seen.ofProcess(running(osUser))
  assert.equal(login.uid, ANN.uid)
  return login.osUser
}

describe('a session that is found by its processes', () => {
  it('has the name that sshd gives it, where it is that account’s (who may become another could be told as root)', async () => {
    assert.equal(await nameIn(given(), 'ann'), 'ann')
    for (const other of ['root', 'nobody-at-all', 'an\u00a0n']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.equal(await nameIn(given(), other), '-')
    }
  })

  it('has it, too, while accounts cannot be asked for (its grant would not explain it)', async () => {
    const find = () => Promise.reject(new Error('the directory does not answer'))
    assert.equal(await nameIn(given({ find } as never), 'ann'), 'ann')
  })
})
