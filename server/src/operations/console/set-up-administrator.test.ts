import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { throttling } from '@fleetkey/domain/exceptions/server'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { Store } from '../../store/store.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { openPage } from '../../testing/page.ts'

const PASSWORD = 'correct horse battery'
let plane: ControlPlane
beforeEach(async () => {
  plane = await startControlPlane()
})
afterEach(() => plane.close())

/** The last that was told. */
const tokenOf = () => plane.told().trim().split('/set-up#').at(-1) ?? ''
const setUp = (Token = tokenOf(), UserName = 'ada', otherwise = {}) =>
  openPage(plane).call('SetUpAdministrator', { Token, UserName, Password: PASSWORD }, otherwise)

describe('the first start', () => {
  it('tells a link once, by which the administrator is made and signed in', async () => {
    assert.match(plane.told(), /http:\/\/127\.0\.0\.1:\d+\/set-up#[\w-]{32}\n$/)
    const page = openPage(plane)
    assert.equal((await page.call('GetConsoleSession', {})).body.IsSetUp, false)
    const fields = { Token: tokenOf(), UserName: 'ada', Password: PASSWORD }
    const made = await page.call('SetUpAdministrator', fields)
    assert.equal(made.body.Principal.Name, 'ada')
    const record = plane.trail().at(-1)
    assert.deepEqual(
      [record?.eventName, record?.event.userIdentity.type],
      ['SetUpAdministrator', 'Root'],
    )
    assert.deepEqual(record?.event.requestParameters, { userName: 'ada' })
    assert.match((await page.call('GetCallerIdentity', {})).body.Arn, /:user\/ada$/)
    const { User } = (await page.call('GetUser', {})).body
    assert.ok(Number(User.PasswordLastUsed) > 0, 'they are signed in: it was not never')
    const group = await page.call('CreateUser', { UserName: 'bob' })
    assert.equal(group.status, 200, 'an administrator')
    await openPage(plane).signIn('ada', PASSWORD)
    assert.equal((await openPage(plane).call('GetConsoleSession', {})).body.IsSetUp, true)
    const written = plane.databaseBytes() + plane.log() + JSON.stringify(plane.trail())
    assert.ok(!written.includes(fields.Token) && !written.includes(PASSWORD))
  })

  it('takes its token once (whoever read it later would be an administrator too)', async () => {
    const token = tokenOf()
    assert.equal((await setUp(token)).status, 200)
    for (const name of ['ada', 'eve']) {
      assert.equal((await setUp(token, name)).code, 'SetUpRefusedException')
    }
    assert.equal((await plane.root.done('ListUsers', {})).Users.length, 1)
    const UserName = 'ada'
    await plane.root.done('DetachUserPolicy', {
      UserName,
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    })
    await plane.root.done('DeleteLoginProfile', { UserName })
    await plane.root.done('DeleteUser', { UserName })
    assert.equal((await setUp(token)).code, 'SetUpRefusedException', 'nor without any user')
  })

  it('makes one administrator of two that come at once', async () => {
    const answers = await Promise.all(['ada', 'eve', 'mia'].map((name) => setUp(tokenOf(), name)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal((await plane.root.done('ListUsers', {})).Users.length, 1)
  })

  it('takes no token after a day, after another start, or that it did not tell', async () => {
    const first = tokenOf()
    assert.equal((await setUp('x'.repeat(32))).code, 'SetUpRefusedException')
    await plane.restart()
    assert.notEqual(tokenOf(), first)
    assert.equal((await setUp(first)).code, 'SetUpRefusedException')
    plane.clock.aheadMs += 24 * 3_600_000 + 1000
    assert.equal((await setUp()).code, 'SetUpRefusedException')
    await plane.restart()
    assert.equal((await setUp()).status, 200)
  })

  it('tells no link, and takes none, once there is a user', async () => {
    const token = tokenOf()
    await plane.user('alice')
    assert.equal((await setUp(token)).code, 'SetUpRefusedException')
    const told = plane.told()
    await plane.restart()
    assert.equal(plane.told(), told)
  })

  it('keeps the link when name or password will not do, and refuses the page of another site', async () => {
    const foreign = await setUp(tokenOf(), 'ada', { origin: 'https://evil.example' })
    assert.equal(foreign.code, 'CrossSiteRequestException')
    const page = openPage(plane)
    const weak = { Token: tokenOf(), UserName: 'ada', Password: 'short' }
    assert.equal((await page.call('SetUpAdministrator', weak)).code, 'PasswordPolicyViolation')
    assert.equal((await page.call('SetUpAdministrator', { ...weak, UserName: 'a b' })).status, 400)
    assert.equal((await setUp()).status, 200)
  })

  it('can be done again when it failed half way (whoever keeps the server hashing could lock the administrator out)', async () => {
    await plane.restart({ openStore: openBusyStore })
    const page = openPage(plane)
    const fields = { Token: tokenOf(), UserName: 'ada', Password: PASSWORD }
    assert.equal((await page.call('SetUpAdministrator', fields)).code, 'ThrottlingException')
    assert.deepEqual((await plane.root.done('ListUsers', {})).Users, [])
    assert.equal((await page.call('SetUpAdministrator', fields)).status, 200)
    assert.equal((await page.call('CreateUser', { UserName: 'bob' })).status, 200)
  })
})

/** One whose first password is refused, as when too many are being hashed. */
async function openBusyStore(options: Parameters<typeof openSqliteStore>[0]): Promise<Store> {
  const store = await openSqliteStore(options)
  const { passwords } = store.identities
  let isBusy = true
  const set: typeof passwords.set = async (row, replaces) => {
    if (!isBusy) return await passwords.set(row, replaces)
    isBusy = false
    throw throttling()
  }
  return { ...store, identities: { ...store.identities, passwords: { ...passwords, set } } }
}
