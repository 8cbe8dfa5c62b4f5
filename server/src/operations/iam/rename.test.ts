import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

async function refused(operation: string, fields: object, status: number, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [status, code])
  return answer.message
}

for (const noun of ['User', 'Group'] as const) {
  const member = `${noun}Name`
  const kind = noun.toLowerCase()
  const update = `Update${noun}`
  const get = async (name: string) =>
    (await plane.root.done(`Get${noun}`, { [member]: name }))[noun]

  describe(`Update${noun}`, () => {
    it('changes name and path; the id stays', async () => {
      const created = (await plane.root.done(`Create${noun}`, { [member]: 'old' }))[noun]
      const changes = { [`New${member}`]: 'New', NewPath: '/moved/' }
      await plane.root.done(update, { [member]: 'old', ...changes })
      const now = await get('New')
      assert.equal(now[`${noun}Id`], created[`${noun}Id`])
      assert.match(now.Arn, new RegExp(`:${kind}/moved/New$`))
      await refused(`Get${noun}`, { [member]: 'old' }, 404, 'NoSuchEntity')
      await plane.root.done(update, { [member]: 'New', [`New${member}`]: 'new' })
      assert.equal((await get('new')).Path, '/moved/')
      await plane.root.done(update, { [member]: 'new' })
      assert.match((await get('new')).Arn, new RegExp(`:${kind}/moved/new$`))
    })

    it('refuses a name that is taken, also in other letters', async () => {
      for (const name of ['one', 'two']) await plane.root.done(`Create${noun}`, { [member]: name })
      const taken = { [member]: 'one', [`New${member}`]: 'TWO' }
      const message = await refused(update, taken, 409, 'EntityAlreadyExists')
      assert.equal(message, `${noun} with name TWO already exists.`)
      await get('one')
    })

    it('refuses what is no name or path, and who is not there', async () => {
      for (const change of [{ [`New${member}`]: 'a/b' }, { NewPath: 'x' }, { NewPath: '' }]) {
        await refused(update, { [member]: 'one', ...change }, 400, 'ValidationException')
      }
      await refused(update, { [member]: 'none', NewPath: '/x/' }, 404, 'NoSuchEntity')
    })

    it('needs the permission on the old and on the new ARN (would take a name that gives more)', async () => {
      const clerk = await plane.user(`clerk-of-${kind}`, {
        Effect: 'Allow',
        Action: `iam:${update}`,
        Resource: `arn:aws:iam::*:${kind}/interns/*`,
      })
      await plane.root.done(`Create${noun}`, { [member]: 'in', Path: '/interns/' })
      await plane.root.done(`Create${noun}`, { [member]: 'out' })
      const call = (fields: object) => clerk.call(update, fields)
      const away = await call({ [member]: 'in', NewPath: '/' })
      assert.equal(away.code, 'AccessDeniedException')
      const hither = await call({ [member]: 'out', NewPath: '/interns/' })
      assert.equal(hither.code, 'AccessDeniedException')
      assert.equal((await call({ [member]: 'in', [`New${member}`]: 'in-2' })).status, 200)
    })
  })
}

describe('a user who is renamed', () => {
  it('keeps keys, policies and groups, and is the new name to policies', async () => {
    const statement = {
      Effect: 'Allow',
      Action: 'iam:ListAccessKeys',
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    }
    const client = await plane.user('maiden', statement)
    await plane.root.done('CreateGroup', { GroupName: 'club' })
    await plane.root.done('AddUserToGroup', { GroupName: 'club', UserName: 'maiden' })
    await plane.root.done('UpdateUser', { UserName: 'maiden', NewUserName: 'married' })
    const { AccessKeyMetadata } = await client.done('ListAccessKeys', { UserName: 'married' })
    assert.equal(AccessKeyMetadata[0].AccessKeyId, client.accessKeyId)
    const old = await client.call('ListAccessKeys', { UserName: 'maiden' })
    assert.equal(old.code, 'AccessDeniedException')
    const { Users } = await plane.root.done('GetGroup', { GroupName: 'club' })
    assert.equal(Users[0].UserName, 'married')
    assert.match((await client.done('GetCallerIdentity', {})).Arn, /:user\/married$/)
  })
})
