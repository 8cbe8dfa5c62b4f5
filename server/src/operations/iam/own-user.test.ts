import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Principal } from '@fleetkey/domain/principal'
import type { EntityRow } from '../../store/identity-store.ts'
import type { Asker } from '../operation.ts'
import { ownUserResource, requireOwnUser } from './own-user.ts'

const ann: EntityRow = {
  id: 'AIDAANN',
  kind: 'user',
  name: 'ann',
  path: '/dev/',
  createdAt: 0,
  tags: { team: 'blue' },
}

/** Somebody who asks where ann is the only user. */
function asking(principal: Principal): Asker {
  const entities = {
    find: (_kind: string, name: string) => Promise.resolve(name === ann.name ? ann : undefined),
    byId: (id: string) => Promise.resolve(id === ann.id ? ann : undefined),
  }
  const realm = { partition: 'aws', region: 'on-prem-1', accountId: '123456789012' }
  return { caller: { principal }, realm, store: { identities: { entities } } } as unknown as Asker
}

const user = (userId: string, userName: string): Principal => ({
  kind: 'user',
  userId,
  userName,
  path: '/',
})
const role: Principal = {
  kind: 'assumedRole',
  roleId: 'AROAR',
  roleName: 'r',
  path: '/',
  sessionName: 'ann',
}
const person: Principal = { kind: 'webIdentity', provider: 'p', subject: 'ann', audience: 'a' }

describe('a user name that is left out', () => {
  it('means the own user, found by id, with its stored path and tags', async () => {
    const asker = asking(user('AIDAANN', 'before-the-rename'))
    assert.equal(await requireOwnUser(undefined, asker), ann)
    assert.deepEqual(await ownUserResource(undefined, asker), {
      arn: 'arn:aws:iam::123456789012:user/dev/ann',
      tags: { team: 'blue' },
    })
  })

  it('means nobody when the own user is gone, whoever has the name by now', async () => {
    const asker = asking(user('AIDAGONE', 'ann'))
    await assert.rejects(requireOwnUser(undefined, asker), {
      code: 'NoSuchEntity',
      message: 'The user with name ann cannot be found.',
    })
    const { tags } = await ownUserResource(undefined, asker)
    assert.equal(tags, undefined)
  })

  it('means root when root asks', async () => {
    const asker = asking({ kind: 'root' })
    assert.equal(await requireOwnUser(undefined, asker), undefined)
    assert.deepEqual(await ownUserResource(undefined, asker), {
      arn: 'arn:aws:iam::123456789012:root',
    })
  })

  for (const principal of [role, person]) {
    it(`is refused to what is no user: ${principal.kind}`, async () => {
      const refusal = {
        code: 'ValidationException',
        message: 'Must specify userName when calling with non-User credentials',
      }
      await assert.rejects(requireOwnUser(undefined, asking(principal)), refusal)
      await assert.rejects(ownUserResource(undefined, asking(principal)), refusal)
      assert.equal(await requireOwnUser('ann', asking(principal)), ann)
    })
  }
})
