import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created, createdRole } from './given-identities.ts'
import { changesRights, fresh } from './given.ts'

export function describeRecoveryCodes(now: () => StoreUnderTest): void {
  describe('recovery codes', () => {
    const mfa = () => now().store.identities.mfa

    it('are each good once, which changes no right', async () => {
      const { store } = now()
      const { id } = await created(store)
      const codes = [fresh('a'), fresh('b')] as const
      const set = () => mfa().setRecoveryCodes(id, codes)
      assert.equal(await changesRights(store, set), true)
      assert.equal(await mfa().countRecoveryCodes(id), 2)
      const acts = async () => {
        assert.equal(await mfa().useRecoveryCode(id, codes[0]), true)
        assert.equal(await mfa().useRecoveryCode(id, codes[0]), false)
        assert.equal(await mfa().useRecoveryCode(id, fresh('none')), false)
      }
      assert.equal(await changesRights(store, acts), false)
      assert.equal(await mfa().countRecoveryCodes(id), 1)
      await now().reopen()
      assert.equal(await mfa().useRecoveryCode(id, codes[0]), false)
      assert.equal(await mfa().useRecoveryCode(id, codes[1]), true)
    })

    it('are used by one of 100 who race', async () => {
      const { id } = await created(now().store)
      const code = fresh('code')
      await mfa().setRecoveryCodes(id, [code])
      const results = await Promise.all(
        Array.from({ length: 100 }, () => mfa().useRecoveryCode(id, code)),
      )
      assert.equal(results.filter(Boolean).length, 1)
    })

    it('are the user’s own', async () => {
      const { store } = now()
      const [ann, bob] = [(await created(store)).id, (await created(store)).id]
      const code = fresh('code')
      await mfa().setRecoveryCodes(ann, [code])
      assert.equal(await mfa().useRecoveryCode(bob, code), false)
      await mfa().setRecoveryCodes(bob, [code])
      assert.equal(await mfa().useRecoveryCode(bob, code), true)
      assert.equal(await mfa().useRecoveryCode(ann, code), true)
    })

    it('are all replaced, unused ones too', async () => {
      const { id } = await created(now().store)
      await mfa().setRecoveryCodes(id, ['old', 'kept'])
      await mfa().setRecoveryCodes(id, ['kept', 'new'])
      assert.equal(await mfa().useRecoveryCode(id, 'old'), false)
      assert.equal(await mfa().useRecoveryCode(id, 'kept'), true)
      await mfa().setRecoveryCodes(id, [])
      assert.equal(await mfa().countRecoveryCodes(id), 0)
    })

    it('are rejected for who is no user, and stay as they were when one is given twice', async () => {
      const { store } = now()
      await assert.rejects(mfa().setRecoveryCodes(fresh('AIDA'), ['a']))
      await assert.rejects(mfa().setRecoveryCodes((await createdRole(store)).id, ['a']))
      const { id } = await created(store)
      await mfa().setRecoveryCodes(id, ['a'])
      await assert.rejects(mfa().setRecoveryCodes(id, ['b', 'b']))
      assert.equal(await mfa().useRecoveryCode(id, 'a'), true)
    })
  })
}
