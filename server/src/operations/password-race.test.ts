import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { callUnsigned } from '../testing/unsigned.ts'

/** What happens just before a password is set, or a session made: once. */
let beforeSet: (() => Promise<unknown>) | undefined
let beforeSession: (() => Promise<unknown>) | undefined

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => interrupted(await openSqliteStore(options)),
  })
})
after(() => plane.close())
beforeEach(() => {
  beforeSet = undefined
  beforeSession = undefined
})

const STOLEN = 'correct horse battery'
const SAFE = 'another horse battery'

async function person(UserName: string) {
  await plane.root.done('CreateUser', { UserName })
  await plane.root.done('CreateLoginProfile', { UserName, Password: STOLEN })
  return {
    signIn: (Password: string, more: object = {}) =>
      callUnsigned(plane, 'SignIn', { UserName, Password, ...more }),
    reset: () => plane.root.done('UpdateLoginProfile', { UserName, Password: SAFE }),
    demandChange: () =>
      plane.root.done('UpdateLoginProfile', { UserName, PasswordResetRequired: true }),
    forbid: () => plane.root.done('DeleteLoginProfile', { UserName }),
    sessions: async () => (await plane.root.done('ListSessions', { UserName })).Sessions,
  }
}

describe('a password that is taken away while somebody uses it', () => {
  it('makes no session (would outlive the end of all sessions that follows)', async () => {
    for (const way of ['reset', 'forbid', 'demandChange'] as const) {
      const thief = await person(`jo-${way}`)
      beforeSession = thief[way]
      assert.equal((await thief.signIn(STOLEN)).code, 'AuthenticationFailedException', way)
      assert.deepEqual(await thief.sessions(), [], way)
    }
  })

  it('is not replaced by the one that a thief wants (would undo the reset)', async () => {
    const thief = await person('kim')
    beforeSet = thief.reset
    const answer = await thief.signIn(STOLEN, { NewPassword: 'mine from now on' })
    assert.equal(answer.code, 'AuthenticationFailedException')
    assert.equal((await thief.signIn('mine from now on')).code, 'AuthenticationFailedException')
    assert.equal((await thief.signIn(SAFE)).status, 200)
  })

  it('is not made anew by the one that a thief wants', async () => {
    const thief = await person('lou')
    beforeSet = thief.forbid
    const answer = await thief.signIn(STOLEN, { NewPassword: 'mine from now on' })
    assert.equal(answer.code, 'AuthenticationFailedException')
    assert.equal((await thief.signIn('mine from now on')).code, 'AuthenticationFailedException')
  })

  it('does not come back with the demand to change it', async () => {
    const UserName = 'max'
    const owner = await plane.user(UserName, {
      Effect: 'Allow',
      Action: 'iam:ChangePassword',
      Resource: '*',
    })
    await plane.root.done('CreateLoginProfile', { UserName, Password: STOLEN })
    beforeSet = () => owner.done('ChangePassword', { OldPassword: STOLEN, NewPassword: SAFE })
    const late = await plane.root.call('UpdateLoginProfile', {
      UserName,
      PasswordResetRequired: true,
    })
    assert.deepEqual([late.status, late.code], [409, 'EntityTemporarilyUnmodifiable'])
    const signIn = (Password: string) => callUnsigned(plane, 'SignIn', { UserName, Password })
    assert.equal((await signIn(STOLEN)).code, 'AuthenticationFailedException')
    assert.equal((await signIn(SAFE)).status, 200)
  })

  it('is made by one of two who make it', async () => {
    const UserName = 'ned'
    const { UserId: userId } = (await plane.root.done('CreateUser', { UserName })).User
    const row = { userId, hash: 'h', resetRequired: false, createdAt: 1, changedAt: 1, earlier: [] }
    beforeSet = () => plane.store.identities.passwords.set(row)
    const late = await plane.root.call('CreateLoginProfile', { UserName, Password: STOLEN })
    assert.deepEqual([late.status, late.code], [409, 'EntityAlreadyExists'])
  })
})

function interrupted(store: Store): Store {
  const { passwords, sessions } = store.identities
  return {
    ...store,
    identities: {
      ...store.identities,
      passwords: {
        ...passwords,
        async set(...given) {
          const act = beforeSet
          beforeSet = undefined
          await act?.()
          return await passwords.set(...given)
        },
      },
      sessions: {
        ...sessions,
        async create(row) {
          const act = beforeSession
          beforeSession = undefined
          await act?.()
          return await sessions.create(row)
        },
      },
    },
  }
}
