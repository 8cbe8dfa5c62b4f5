import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { startPlainPlane, type PlainPlane } from './plain-plane.ts'
import { makeAccount, signedIn } from './signed-in.ts'

// What becomes of groups, roles, policies, providers and passwords after they were made: changed, given, taken, deleted.

const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }],
}

describe('changes in IAM', { skip: whyNoBrowser() ?? false, timeout: 240_000 }, () => {
  let dir: string
  let plane: PlainPlane
  let browser: Browser
  let person: Person
  let page: Page

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fleetkey-iam-changes-'))
    ;[plane, browser] = await Promise.all([startPlainPlane({ dir }), openBrowser()])
    const account = await makeAccount(plane, 'admin')
    await makeAccount(plane, 'ben', DOCUMENT)
    await run(['policies', 'put', 'look', '-'], DOCUMENT)
    person = await signedIn(browser, plane, account, { path: '/iam/groups' })
    page = person.page
    page.setDefaultTimeout(30_000)
  })
  after(async () => {
    await browser?.close()
    await plane?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const run = async (argv: readonly string[], input?: object) => {
    const { code, stderr } = await fleetkey(['iam', ...argv], {
      env: plane.root,
      ...(input !== undefined && { input: JSON.stringify(input) }),
    })
    assert.equal(code, 0, stderr)
  }
  const asked = async (...argv: string[]) =>
    (await fleetkeyJson(['iam', ...argv], { env: plane.root })) as Record<string, unknown>
  const go = (path: string) => page.goto(`${plane.url}${path}`)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true })
  const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
  const text = (said: string | RegExp) => page.getByText(said).first().waitFor()
  const link = (name: string) => page.getByRole('link', { name, exact: true }).first()
  const row = (of: string) => page.getByRole('row').filter({ hasText: of })
  const check = (name: string | RegExp) => page.getByRole('checkbox', { name }).first().check()
  const isClean = async () => assert.deepEqual(await accessibilityFindings(page), [])

  it('makes a group with its users and policies, in one go', async () => {
    await button('Create group').click()
    await page.getByLabel('Group name', { exact: true }).fill('no blanks?')
    await text(/letters, digits/)
    await page.getByLabel('Group name', { exact: true }).fill('ops')
    await check(/ben/)
    await check(/look/)
    await text('Logins that this changes')
    await isClean()
    await button('Create user group').last().click()
    await text('The group ops is created.')
    await link('ben').waitFor()
    await tab('Permissions')
    await link('look').waitFor()
    await isClean()
  })

  it('takes a user out of a group and puts them back, from either side', async () => {
    await tab('Users')
    await check(/ben/)
    await button('Remove').click()
    await text('Remove 1 user from ops?')
    await isClean()
    await inDialog('Remove').click()
    await text('Add users: what the group')
    await go('/iam/users/ben?tab=groups')
    await text('In no group')
    await button('Add to groups').click()
    await dialog().getByRole('checkbox', { name: /ops/ }).check()
    await inDialog('Add to groups').click()
    await dialog().waitFor({ state: 'detached' })
    await check('Select ops')
    await button('Remove from groups').click()
    await text('Remove ben from 1 group?')
    await inDialog('Cancel').click()
    await isClean()
  })

  it('renames a group, which keeps all but its ARN', async () => {
    await go('/iam/groups/ops')
    await button('Rename').click()
    await text('Its ARN changes with it')
    await page.getByLabel('New name').fill('operators')
    await isClean()
    await inDialog('Rename').click()
    await text('ops is now operators.')
    await page.getByRole('heading', { name: 'operators', level: 1 }).waitFor()
    await link('ben').waitFor()
    await run(['groups', 'create', 'taken'])
    await button('Rename').click()
    await page.getByLabel('New name').fill('taken')
    await inDialog('Rename').click()
    await text(/Group with name taken already exists/)
    await inDialog('Cancel').click()
  })

  it('gives a policy to several, and takes it from them again', async () => {
    await run(['roles', 'create', 'oncall', '--trust-user', 'ben'])
    await go('/iam/policies')
    await link('look').click()
    await tab('Entities attached')
    await row('operators').getByText('Permissions policy').waitFor()
    await button('Attach').click()
    await dialog()
      .getByRole('button', { name: /To whom/ })
      .click()
    await page.getByRole('option', { name: 'oncall' }).click()
    await page.getByRole('option', { name: 'ben' }).click()
    await page.keyboard.press('Escape')
    await isClean()
    await inDialog('Attach').click()
    await row('oncall').getByText('role').waitFor()
    await check('Select oncall')
    await check('Select operators')
    await button('Detach').click()
    await text('Detach look?')
    await isClean()
    await inDialog('Detach').click()
    await row('operators').waitFor({ state: 'detached' })
    await link('ben').waitFor()
  })

  it('changes a role, and says what goes with it before it is deleted', async () => {
    await run(['roles', 'put-policy', 'oncall', 'own', '-'], DOCUMENT)
    await go('/iam/roles/oncall')
    await button('Edit').click()
    await page.getByLabel('Description').fill('Who is woken')
    await dialog()
      .getByRole('button', { name: /Maximum session duration/ })
      .click()
    await page.getByRole('option', { name: '4 hours' }).click()
    await isClean()
    await inDialog('Save').click()
    await text('Who is woken')
    await text('4 h')
    await button('Delete').click()
    await text('inline policy own')
    await page.getByLabel('To confirm, type oncall').fill('oncall')
    await inDialog('Delete').click()
    await text('The role oncall is deleted.')
    await isClean()
  })

  it('ends the sessions of a user', async () => {
    const ben = await signedIn(browser, plane, await makeAccount(plane, 'eve'), {
      path: '/instances',
    })
    await go('/iam/users/eve?tab=sessions')
    await row('eve').getByText('A sign-in').waitFor()
    await button('Revoke sessions').click()
    await text('Those that began more than an hour ago')
    await isClean()
    await inDialog('Revoke sessions').click()
    await text('Nobody is signed in by it now.')
    await ben.page.reload()
    await ben.page.getByLabel('User name').waitFor()
    await ben.context.close()
  })

  it('gives a new password once, and takes it away', async () => {
    await go('/iam/users/ben?tab=credentials')
    await button('Set another password').click()
    await isClean()
    await inDialog('Set password').click()
    await text('This is the only time that it is shown.')
    await isClean()
    // Neither Escape nor a press beside it may lose it.
    await page.keyboard.press('Escape')
    await text('This is the only time that it is shown.')
    await inDialog('Done').click()
    await text('At the next sign-in')
    await button('Remove password').click()
    await text('Remove the password of ben?')
    await inDialog('Remove password').click()
    await text('Off: there is no password.')
    await button('Enable console sign-in').click()
    await dialog().getByText('Password of your own').click()
    await dialog().getByLabel('Password', { exact: true }).fill('short')
    await inDialog('Set password').click()
    await text(/at least \d+ characters|length/)
    await isClean()
    await inDialog('Cancel').click()
  })

  it('changes whom a provider may vouch for, and deletes it', async () => {
    await go('/iam/providers')
    await run(['providers', 'create', 'https://id.example.com', '--client-id', 'console'])
    await page.reload()
    await link('id.example.com').click()
    await page.getByLabel('Client IDs').fill('console, cli')
    await button('Save client IDs').click()
    await button('Save client IDs').and(page.locator(':disabled')).waitFor()
    assert.match(JSON.stringify(await asked('providers', 'list')), /"cli"/)
    await isClean()
    await button('Delete').click()
    await text('Every session that it vouched for ends at once.')
    await page.getByLabel(/To confirm, type/).fill('id.example.com')
    await inDialog('Delete').click()
    await text('The provider id.example.com is deleted.')
  })

  it('says how much there may be of what', async () => {
    await go('/iam/account')
    await tab('Quotas')
    await row('Users').getByText(/^3 of/).waitFor()
    await isClean()
  })

  it('deletes a group once its name is typed, and its users stay', async () => {
    await go('/iam/groups/operators')
    await button('Delete').click()
    await text('membership of ben')
    await page.getByLabel('To confirm, type operators').fill('operators')
    await isClean()
    await inDialog('Delete').click()
    await text('The group operators is deleted.')
    await go('/iam/users/ben?tab=groups')
    await text('In no group')
  })

  it('had no error on any page', () => {
    assert.deepEqual(
      // What was refused on purpose, the browser tells too.
      person.problems.filter((problem) => !/status of 4(?!04)\d\d/.test(problem)),
      [],
    )
  })
})
