import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { until } from '../until.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { EVERYTHING, makeAccount, signedIn } from './signed-in.ts'
import { tabTo } from './tab-to.ts'

// What an administrator does on the IAM pages, one thing after the other, in one browser on one fleet.

const PATIENCE_MS = 30_000
/** Of a text area, what is asked here: tests have no DOM. */
interface TextArea {
  readonly value: string
  readonly selectionStart: number
  readonly selectionEnd: number
  setSelectionRange(from: number, to: number): void
}

const PUSH = 'ec2-instance-connect:SendSSHPublicKey'
/** By the link in the navigation: what its page asks for. */
const LISTS: Readonly<Record<string, string>> = {
  Dashboard: 'GetCredentialReport',
  Users: 'ListUsers',
  'User groups': 'ListGroups',
  Roles: 'ListRoles',
  Policies: 'ListPolicies',
  'Identity providers': 'ListOpenIDConnectProviders',
  'Account settings': 'GetAccountPasswordPolicy',
}

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })

describe(
  'IAM in the console',
  { skip: whyNoHosts() ?? whyNoBrowser() ?? false, timeout: 400_000 },
  () => {
    let fleet: TestFleet
    let browser: Browser
    let person: Person
    let page: Page
    const warnings: string[] = []
    before(async () => {
      fleet = await openTestFleet({ hosts: { 'web-1': { env: 'dev' } } })
      browser = await openBrowser(fleet.network)
      person = await signedIn(browser, fleet.plane, await makeAccount(fleet.plane, 'admin'), {
        path: '/iam/users',
      })
      page = person.page
      page.setDefaultTimeout(PATIENCE_MS)
      page.on('console', (message) => {
        if (message.type() === 'warning') warnings.push(message.text())
      })
    })
    after(async () => {
      await browser?.close()
      await fleet?.close()
    })

    const go = (path: string) => page.goto(`${fleet.plane.url}${path}`)
    const button = (name: string | RegExp) =>
      page.getByRole('button', { name, exact: typeof name === 'string' })
    const inDialog = (name: string) =>
      page.getByRole('dialog').getByRole('button', { name, exact: true })
    const heading = (name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor()
    const text = (said: string | RegExp) => page.getByText(said).first().waitFor()
    const row = (of: string) => page.getByRole('row').filter({ hasText: of })
    const editor = () => page.getByRole('textbox', { name: 'Policy document' })
    const isClean = async () => assert.deepEqual(await accessibilityFindings(page), [])
    const iam = async (...argv: string[]) =>
      (await fleetkeyJson(['iam', ...argv], { env: fleet.plane.root })) as Record<string, unknown>

    it('makes a user with a password that is told once', async () => {
      await heading('Users')
      await isClean()
      await button('Create user').click()
      await button('Next').click()
      await text('Give the user a name.')
      await page.getByLabel('User name', { exact: true }).fill('alice')
      await isClean()
      await button('Next').click()
      await heading('Permissions')
      await isClean()
      await button('Next').click()
      await text('Without a group or policy')
      await button('Create user').click()
      await heading('User alice is created')
      await isClean()
      await button('Show the password').click()
      const password = await page.locator('[data-secret=true]').innerText()
      assert.match(password, /^\S{20}$/)
      await button('Go to the user').click()
      await page.getByRole('tab', { name: 'Permissions' }).waitFor()
      await text('Nothing is allowed to this user yet.')
      await isKeptNowhere(password)
      await isClean()
    })

    it('tells at its place what is wrong with a policy while one types, and mends it', async () => {
      await go('/iam/create-policy')
      await heading('Create policy')
      await isClean()
      await page.getByLabel('OS users', { exact: true }).fill('ops, deploy')
      await text('May connect to instances with env = dev as ops or deploy.')
      await page.getByText('JSON', { exact: true }).click()
      assert.match(await editor().inputValue(), /"ec2:osuser": \[\s*"ops",\s*"deploy"\s*\]/)
      await isClean()
      await editor().fill(
        JSON.stringify(policy({ Effect: 'Allow', Action: `${PUSH}s`, Resource: 'web-1' }), null, 2),
      )
      await text('IAM refuses this policy.')
      await text('Resource web-1 must be in ARN format')
      assert.equal(await button('Create policy').isDisabled(), true)
      await button(/^Line 7, column 19: go there/).click()
      assert.equal(await selected(), '"web-1"')
      await page.keyboard.type('"*"')
      await text(`"${PUSH}s" is no action.`)
      await isClean()
      await button(`Write "${PUSH}"`).click()
      await text('Valid')
      assert.equal(JSON.parse(await editor().inputValue()).Statement[0].Action, PUSH)
    })

    it('offers what fits where the cursor is, by the keyboard alone', async () => {
      await editor().fill(
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "", "Resource": "*"}]}',
      )
      await editor().evaluate((element: TextArea) => {
        const at = element.value.indexOf('"Action": "') + '"Action": "'.length
        element.setSelectionRange(at, at)
      })
      await page.keyboard.type('opentun')
      const offers = page.getByRole('listbox', { name: 'What fits here' })
      await offers.getByRole('option', { name: 'ec2-instance-connect:OpenTunnel' }).waitFor()
      await isClean()
      await page.keyboard.press('Enter')
      assert.match(await editor().inputValue(), /"Action": "ec2-instance-connect:OpenTunnel"/)
      await page.keyboard.press('Control+Space')
      await page.keyboard.press('Escape')
      assert.equal(await offers.count(), 0)
    })

    it('makes the policy, and says at the field when its name is taken', async () => {
      const allowed = {
        Effect: 'Allow',
        Action: PUSH,
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': 'ops' } },
      }
      await editor().fill(JSON.stringify(policy(allowed), null, 2))
      await text('Valid, and nothing about it is odd.')
      await page.getByLabel('Policy name', { exact: true }).fill('dev-logins')
      await button('Create policy').click()
      await text('The policy dev-logins is created.')
      await isClean()
      await go('/iam/create-policy')
      await page.getByLabel('Policy name', { exact: true }).fill('Dev-Logins')
      await button('Create policy').click()
      await text(/A policy called Dev-Logins already exists/)
    })

    it('makes a policy, saves it anew, and an inline one, by the keyboard alone', async () => {
      const { keyboard } = page
      const field = (name: string) => page.getByLabel(name, { exact: true })
      const save = async () => {
        await keyboard.press('Escape')
        await tabTo(page, button('Review and save'), 'Shift+Tab')
        await keyboard.press('Enter')
        await text('nobody would gain or lose a login')
        await tabTo(page, inDialog('Save'))
        await keyboard.press('Enter')
        await page.getByRole('dialog').waitFor({ state: 'hidden' })
      }
      await go('/iam/create-policy')
      await tabTo(page, field('OS users'))
      await keyboard.type('by-keys')
      await tabTo(page, button('Visual'), 'Shift+Tab')
      await keyboard.press('ArrowRight')
      await keyboard.press('Space')
      await tabTo(page, editor())
      assert.match(await editor().inputValue(), /by-keys/)
      await keyboard.press('Control+End')
      await keyboard.type('x')
      await text('IAM refuses this policy.')
      await keyboard.press('Backspace')
      await tabTo(page, field('Policy name'))
      await keyboard.type('by-keys')
      await tabTo(page, button('Create policy'))
      await keyboard.press('Enter')
      await text('The policy by-keys is created.')
      await editor().waitFor()
      await tabTo(page, editor())
      await keyboard.press('Control+A')
      const allowed = { Sid: 'ByKeys', Effect: 'Allow', Action: PUSH, Resource: '*' }
      await keyboard.insertText(JSON.stringify(policy(allowed)))
      await save()
      await text('Version v2 is in force.')
      await go('/iam/users/admin/inline/main')
      await editor().waitFor()
      await tabTo(page, editor())
      await keyboard.press('Control+A')
      await keyboard.insertText(JSON.stringify(EVERYTHING, null, 4))
      await save()
      await text('The inline policy main is saved.')
      assert.equal(await page.locator(':focus').count(), 1)
    })

    it('attaches it, and shows what that lets somebody reach', async () => {
      await go('/iam/users/alice')
      await button('Attach policies').click()
      const dialog = page.getByRole('dialog')
      await dialog
        .getByRole('searchbox')
        .or(dialog.getByPlaceholder('Find policies'))
        .first()
        .fill('dev-logins')
      await dialog.getByRole('row').filter({ hasText: 'dev-logins' }).getByRole('checkbox').check()
      await isClean()
      await inDialog('Attach policy').click()
      await row('dev-logins').filter({ hasText: 'Directly' }).waitFor()
      await page.getByRole('tab', { name: 'Reach' }).click()
      await row('web-1').filter({ hasText: 'ops' }).filter({ hasText: 'Allowed' }).waitFor()
      await isClean()
    })

    it('shows who gains and who loses before a policy is saved', async () => {
      await go('/iam/policies')
      await page.getByRole('link', { name: 'dev-logins' }).click()
      await heading('dev-logins')
      await editor().waitFor()
      const before = await editor().inputValue()
      await editor().fill(before.replace('"ops"', '"root"'))
      await page.getByRole('tab', { name: 'Tags' }).click()
      await heading('Leave without saving?')
      await inDialog('Stay').click()
      await button('Review and save').click()
      await text('1 principal would gain 1 login, 1 principal would lose 1 login.')
      await page.getByRole('region', { name: 'What is other in the policy' }).waitFor()
      await isClean()
      await inDialog('Save').click()
      await text('Version v2 is in force.')
      await page.getByRole('tab', { name: 'Policy versions' }).click()
      await page.getByRole('radio', { name: 'Select v1' }).check()
      await heading('From v2, which is in force, to v1')
      await isClean()
      await button('Set as default').click()
      await text('1 principal would gain 1 login, 1 principal would lose 1 login.')
      await inDialog('Set as default').click()
      await row('v1').filter({ hasText: 'in force' }).waitFor()
    })

    it('shows who gains and who loses before a membership changes', async () => {
      for (const argv of [
        ['groups', 'create', 'sre'],
        ['groups', 'attach', 'sre', 'dev-logins'],
        ['users', 'create', 'bob'],
      ]) {
        const { code, stderr } = await fleetkey(['iam', ...argv], { env: fleet.plane.root })
        assert.equal(code, 0, stderr)
      }
      await go('/iam/groups/sre')
      await button('Add users').click()
      await row('bob').getByRole('checkbox').check()
      await text('1 principal would gain 1 login.')
      await page.getByRole('dialog').getByText('can then connect to web-1 as ops').waitFor()
      await isClean()
      await inDialog('Add users').click()
      // The dialog has a row of bob's, too.
      await inDialog('Add users').waitFor({ state: 'hidden' })
      await go('/iam/users')
      await row('bob').getByTitle('sre', { exact: true }).waitFor()
      await go('/iam/groups/sre')
      await row('bob').getByRole('checkbox').check()
      await button('Remove').click()
      await page.getByRole('dialog').getByText('can no longer connect to web-1 as ops').waitFor()
      await inDialog('Remove').click()
      await text("Add users: what the group's policies say")
      await go('/iam/users/bob?tab=groups')
      await text('In no group')
    })

    it('shows what a new group gives to its users before it is made', async () => {
      await go('/iam/create-group')
      await row('bob').getByRole('checkbox').check()
      await row('dev-logins').getByRole('checkbox').check()
      await text('Shown as soon as the group has a name.')
      await page.getByLabel('Group name', { exact: true }).fill('sre')
      await text('This would be refused: group sre: create')
      await page.getByLabel('Group name', { exact: true }).fill('dba')
      await text('1 principal would gain 1 login.')
      await text('can then connect to web-1 as ops')
      await isClean()
      await button('Cancel').click()
      await heading('User groups')
    })

    it('copies what another user may do to a new one, and shows first what that gives', async () => {
      await go('/iam/create-user')
      await page.getByLabel('User name', { exact: true }).fill('like-alice')
      await button('Next').click()
      await button('Copy permissions').click()
      await isClean()
      await page.getByRole('button', { name: /Existing user/ }).click()
      await page.getByRole('option', { name: 'alice', exact: true }).click()
      await text('Copied 1 policy of alice.')
      assert.equal(await row('dev-logins').getByRole('checkbox').isChecked(), true)
      await button('Next').click()
      await text('can then connect to web-1 as ops')
      await isClean()
      await button('Cancel').click()
      await heading('Users')
    })

    it('makes the account as a file says: plan, what changes for whom, and all of it', async () => {
      await go('/iam/users')
      await page.getByRole('link', { name: 'Apply a file' }).click()
      await heading('Apply a file')
      await isClean()
      const contents = page.getByLabel('Contents', { exact: true })
      await contents.fill('users:\n  carol:\n    boundery: limits\n')
      await button('Show the plan').click()
      await text('users.carol has "boundery", which is not known.')
      await button('Begin with what is there').click()
      await until('the account is in it', async () =>
        (await contents.inputValue()).includes('  dev-logins:'),
      )
      await button('Show the plan').click()
      await text('Nothing to change')
      await page.locator('input[type=file]').setInputFiles([
        {
          name: 'wanted.yaml',
          mimeType: 'text/yaml',
          buffer: Buffer.from(
            'policies:\n  more-logins: {document: policies/more.json}\ngroups:\n  sre: {members: [carol], policies: [more-logins]}\nusers:\n  carol: {tags: {team: web}}\n',
          ),
        },
      ])
      await button('Show the plan').click()
      await text('The file names policies/more.json, which was not given.')
      await isClean()
      const allowed = {
        Effect: 'Allow',
        Action: PUSH,
        Resource: '*',
        Condition: { StringEquals: { 'ec2:osuser': 'deploy' } },
      }
      await page.locator('input[type=file]').setInputFiles([
        {
          name: 'more.json',
          mimeType: 'application/json',
          buffer: Buffer.from(JSON.stringify(policy(allowed))),
        },
      ])
      await button('Show the plan').click()
      await text('can then connect to web-1 as deploy')
      const steps = page.getByRole('list', { name: 'Steps of the plan' }).getByRole('listitem')
      const said = await steps.locator('.plan-step-text').allInnerTexts()
      assert.deepEqual(said, [
        'policy more-logins: create',
        'user carol: create',
        'group sre: detach dev-logins',
        'group sre: attach more-logins',
        'group sre: add carol',
      ])
      await button(/^Its document: policy more-logins/).click()
      await page.getByRole('region', { name: /^Policy of the step: policy more-logins/ }).waitFor()
      await isClean()
      await button('Apply 5 changes').click()
      await isClean()
      await inDialog('Apply').click()
      await text('5 changes made')
      await isClean()
      assert.match(JSON.stringify(await iam('users', 'list')), /carol/)
      await button('Plan again').click()
      await text('Nothing to change')
      // What cannot be made stops it, and says where.
      await contents.fill(`users:\n  ${'u'.repeat(65)}:\n  dave:\n`)
      await button('Show the plan').click()
      await button('Apply 2 changes').click()
      await inDialog('Apply').click()
      await text('Stopped: 0 of 2 changes made')
      await text('Mend what was refused, then plan again to go on.')
      await isClean()
    })

    it('answers whether somebody can reach a host, who can, and by a link again', async () => {
      await go('/iam/simulator')
      await heading('Policy simulator')
      await button('Ask').click()
      await text('Who?')
      await isClean()
      await page.getByLabel('Who', { exact: true }).fill('alice')
      await page.keyboard.press('Escape')
      await page.getByLabel('Instance', { exact: true }).fill('web-1')
      await page.keyboard.press('Escape')
      await page.getByLabel('OS user', { exact: true }).fill('root')
      await button('Ask').click()
      await heading('Can alice reach web-1 as root?')
      await text('Denied')
      await text(/StringEquals ec2:osuser wants "ops" and the request has "root"/)
      await text('Least change')
      await isClean()
      const link = page.url()
      await go('/iam/users')
      await page.goto(link)
      await heading('Can alice reach web-1 as root?')
      await go(`${new URL(link).pathname}?ask=who&instance=web-1&user=ops`)
      await row('user alice').filter({ hasText: 'Allowed' }).waitFor()
      await isClean()
      await go('/iam/simulator?ask=action&principal=alice&action=iam:GetUser')
      await row('iam:GetUser').filter({ hasText: 'Not allowed by anything' }).waitFor()
      await isClean()
    })

    it('tells the secret of an access key once, and keeps it nowhere', async () => {
      await go('/iam/users/alice?tab=credentials')
      await button('Create access key').click()
      await inDialog('Create access key').click()
      await button('Show the secret access key').click()
      const secret = await page.locator('[data-secret=true]').innerText()
      assert.match(secret, /^[A-Za-z0-9+/]{40}$/)
      await isClean()
      await inDialog('Done').click()
      const { accessKeys } = (await iam('users', 'show', 'alice')) as { accessKeys?: unknown }
      assert.match(JSON.stringify(accessKeys ?? ''), /AKIA/)
      await row('AKIA').filter({ hasText: 'Active' }).waitFor()
      await isKeptNowhere(secret)
      await isClean()
      await page.getByRole('button', { name: /^Actions on AKIA/ }).click()
      await page.getByRole('menuitem', { name: 'Deactivate' }).click()
      await inDialog('Deactivate').click()
      await row('AKIA').filter({ hasText: 'Inactive' }).waitFor()
    })

    it('makes a role for those of a provider with a claim', async () => {
      await go('/iam/providers')
      await button('Add provider').click()
      await page.getByLabel('Provider URL').fill('https://id.example.com')
      await page.getByLabel('Client IDs').fill('fleetkey')
      await isClean()
      await inDialog('Add provider').click()
      await text('The provider is there.')
      await isClean()
      await go('/iam/create-role')
      await button('Next').click()
      await text('Choose the identity provider.')
      await page.getByRole('button', { name: /Identity provider/ }).click()
      await page.getByRole('option', { name: 'id.example.com' }).click()
      await page.getByLabel('One of the values').fill('sre, dba')
      await isClean()
      await button('Next').click()
      await heading('Permissions')
      await row('dev-logins').getByRole('checkbox').check()
      await button('Next').click()
      await text('Shown as soon as the role has a name.')
      await page.getByLabel('Role name', { exact: true }).fill('oncall')
      await text('1 principal would gain 1 login.')
      await text('can then connect to web-1 as ops')
      await isClean()
      await button('Create role').click()
      await text('The role oncall is created.')
      await page.getByRole('tab', { name: 'Trust relationships' }).click()
      await text('provider id.example.com')
      await button('Write it anew by a form').click()
      await page.getByText('Users and roles', { exact: true }).click()
      await isClean()
      const trust = await page.getByRole('textbox', { name: 'Trust policy' }).inputValue()
      const [statement] = JSON.parse(trust).Statement
      assert.deepEqual(statement.Condition['ForAnyValue:StringEquals'], {
        'id.example.com:groups': ['sre', 'dba'],
      })
      await isClean()
    })

    it('says what to do about what IAM refuses', async () => {
      await go('/iam/roles/oncall?tab=trust')
      const trust = page.getByRole('textbox', { name: 'Trust policy' })
      const gone = { AWS: `arn:aws:iam::${await account()}:user/gone` }
      await trust.fill(
        JSON.stringify(policy({ Effect: 'Allow', Principal: gone, Action: 'sts:AssumeRole' })),
      )
      await button('Review and save').click()
      await inDialog('Save').click()
      await button(/^Line 1, column \d+: go there. Invalid principal/).waitFor()
      await isClean()
      await go('/iam/users/alice?tab=credentials')
      await button('Create access key').click()
      await inDialog('Create access key').click()
      await inDialog('Done').click()
      await button('Create access key').click()
      await inDialog('Create access key').click()
      await text('Delete a key that is not used any more')
      await inDialog('Cancel').click()
      await go('/iam/users/alice')
      await button('Set boundary').click()
      await page.getByRole('radio', { name: /dev-logins/ }).check()
      await inDialog('Set boundary').click()
      await button('Change boundary').waitFor()
      await go('/iam/policies')
      await page.getByRole('checkbox', { name: /dev-logins/ }).check()
      await button('Delete').click()
      await text('It is the permissions boundary of somebody')
      await page.getByLabel('To confirm, type dev-logins').fill('dev-logins')
      await inDialog('Delete').click()
      await text('Give those whose boundary it is another one first')
      await isClean()
    })

    it('shows the account: passwords, and whose credentials are worth a look', async () => {
      await go('/iam/account')
      await text('The default is in force.')
      await isClean()
      await page.getByRole('tab', { name: 'Credential report' }).click()
      await row('alice').filter({ hasText: 'no second factor' }).waitFor()
      await isClean()
    })

    it('shows on the dashboard what to mend first, with the way there, and what the account is called', async () => {
      await go('/iam')
      await text('1 user: may do everything, and has a password without MFA')
      await text('No active access key is older than 90 days')
      await button('Create alias').click()
      await page.getByLabel('Preferred alias').fill('acme--prod')
      await isClean()
      await inDialog('Save changes').click()
      await text(/must satisfy regular expression pattern/)
      await page.getByLabel('Preferred alias').fill('acme-prod')
      await inDialog('Save changes').click()
      await button('Edit alias').waitFor()
      await page.getByText('acme-prod', { exact: true }).waitFor()
      await isClean()
      await page.locator('#main-content').getByRole('link', { name: 'admin' }).first().click()
      await page.getByRole('tab', { name: 'Security credentials', selected: true }).waitFor()
    })

    it('tells of a user and of a policy what was last used, action by action', async () => {
      await page.getByRole('tab', { name: 'Last accessed' }).click()
      await row('AWS Identity and Access Management').filter({ hasText: 'now' }).waitFor()
      await row('AWS CloudTrail').filter({ hasText: 'Not accessed in' }).waitFor()
      await row('AWS Identity')
        .getByRole('button', { name: /actions used/ })
        .click()
      await row('AWS Identity')
        .getByText(/^GetServiceLastAccessedDetails/)
        .waitFor()
      await isClean()
      await go(`/iam/policies/${encodeURIComponent('arn:aws:iam::aws:policy/ReadOnlyAccess')}`)
      await page.getByRole('tab', { name: 'Last accessed' }).click()
      await row('AWS CloudTrail').filter({ hasText: '–' }).waitFor()
    })

    it('deletes several once the word is typed, and says of each that stays why', async () => {
      const input = JSON.stringify(policy({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }))
      const { root: env } = fleet.plane
      await fleetkey(['iam', 'policies', 'put', 'spare', '-'], { env, input })
      await go('/iam/policies')
      await page.getByRole('checkbox', { name: 'Select dev-logins', exact: true }).check()
      await page.getByRole('checkbox', { name: 'Select spare', exact: true }).check()
      await button('Delete').click()
      await heading('Delete 2 policies?')
      assert.equal(await inDialog('Delete').isDisabled(), true)
      await page.getByLabel('To confirm, type delete').fill('delete')
      await isClean()
      await inDialog('Delete').click()
      await text('1 of 2 policies deleted. The others are as they were.')
      await row('spare').getByText('Deleted').waitFor()
      await row('dev-logins').getByText('Cannot delete a policy attached to entities').waitFor()
      await text('Give those whose boundary it is another one first')
      await isClean()
      await inDialog('Done').click()
      await page.getByRole('link', { name: 'dev-logins', exact: true }).waitFor()
      await page.getByRole('link', { name: 'spare', exact: true }).waitFor({ state: 'detached' })
    })

    it('leaves out oneself of the users that are deleted together', async () => {
      const { root: env } = fleet.plane
      for (const name of ['gone-1', 'gone-2'])
        await fleetkey(['iam', 'users', 'create', name], { env })
      await go('/iam/users')
      for (const name of ['gone-1', 'gone-2', 'admin']) {
        await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check()
      }
      await button('Delete').click()
      await heading('Delete 2 users?')
      await text('You are among them and are left out')
      await page.getByLabel('To confirm, type delete').fill('delete')
      await page.keyboard.press('Enter')
      await text('2 users deleted.')
      await inDialog('Done').click()
      await page.getByRole('link', { name: 'gone-1', exact: true }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
    })

    it('deletes a user once its name is typed, and what hangs on it was seen', async () => {
      await go('/iam/users/alice')
      await button('Delete').click()
      await text(/access key AKIA\w+ \(inactive\)/)
      assert.equal(await inDialog('Delete').isDisabled(), true)
      await page.getByLabel('To confirm, type alice').fill('alice')
      await isClean()
      await inDialog('Delete').click()
      await text('The user alice is deleted.')
      await page.reload()
      await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
      assert.equal(await page.getByText('The user alice is deleted.').count(), 0)
      assert.equal(await page.getByRole('link', { name: 'alice', exact: true }).count(), 0)
    })

    it('explains to who may not, on every list', async () => {
      const account = await makeAccount(
        fleet.plane,
        'clerk',
        policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }),
      )
      const clerk = await signedIn(browser, fleet.plane, account, { path: '/iam/users' })
      clerk.page.setDefaultTimeout(PATIENCE_MS)
      for (const [link, action] of Object.entries(LISTS)) {
        await clerk.page.getByRole('link', { name: link, exact: true }).click()
        const said = `is not authorized to perform: iam:${action} on resource`
        await clerk.page.getByText(said).first().waitFor()
        await clerk.page.getByRole('heading', { level: 1, name: link }).waitFor()
        await clerk.page
          .getByText(/Least change: a statement with/)
          .first()
          .waitFor()
      }
      assert.deepEqual(await accessibilityFindings(clerk.page), [])
      await clerk.context.close()
    })

    it('had no error on any page, and asked for nothing that is not there', () => {
      // What was refused on purpose, the browser tells too.
      const odd = person.problems.filter((problem) => !/status of 4(?!04)\d\d/.test(problem))
      assert.deepEqual(odd, [])
      assert.deepEqual(warnings, [])
    })

    it('says that there is none of what an address names, and where those are', async () => {
      for (const [address, what, list] of [
        ['/iam/users/nope', 'user', '/iam/users'],
        ['/iam/policies/zz', 'policy', '/iam/policies'],
        ['/recordings/zz', 'recording', '/recordings'],
        ['/recordings/live/zz', 'terminal', '/recordings?tab=running'],
        ['/instances/zz/connect', 'instance', '/instances'],
      ] as const) {
        await page.goto(`${fleet.plane.url}${address}`)
        await text(`There is no such ${what}`)
        await page.locator(`#main-content a[href="${list}"]`).last().waitFor()
      }
    })

    it('asks again by itself for what nobody answered, once the network is back', async () => {
      await go('/iam/users')
      await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
      await go('/iam/roles')
      await heading('Roles')
      // What browsers tell of each page that they cannot load is no fault of the page: this case is the last.
      await page.route('**/', (route) => route.abort())
      await page.getByRole('link', { name: 'Users', exact: true }).click()
      await text('The users cannot be listed')
      await page.unrouteAll()
      await person.context.setOffline(true)
      await person.context.setOffline(false)
      await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
    })

    async function account(): Promise<string> {
      const { account } = (await fleetkeyJson(['whoami'], { env: fleet.plane.root })) as {
        account: string
      }
      return account
    }

    /** What the editor has chosen. */
    async function selected(): Promise<string> {
      return await editor().evaluate((element: TextArea) =>
        element.value.slice(element.selectionStart, element.selectionEnd),
      )
    }

    /** Neither on the page nor in its address, nor in what the browser keeps. */
    async function isKeptNowhere(secret: string): Promise<void> {
      const kept = await page.evaluate<string>(
        'JSON.stringify([document.documentElement.outerHTML, location.href, history.state, { ...localStorage }, { ...sessionStorage }])',
      )
      assert.equal(kept.includes(secret), false)
    }
  },
)
