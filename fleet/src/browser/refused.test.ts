import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { openBrowser, whyNoBrowser, type Browser } from './browser.ts'
import { startPlainPlane, type PlainPlane } from './plain-plane.ts'
import { makeAccount, signedIn } from './signed-in.ts'

// An administrator to whom one thing is denied, which is mostly the second of what one press asks for.

const missing = whyNoBrowser()
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const harmless = policy({ Effect: 'Allow', Action: 'ec2:DescribeRegions', Resource: '*' })

describe(
  'what is refused in the console',
  { skip: missing === undefined ? false : `without ${missing}`, timeout: 300_000 },
  () => {
    let dir: string
    let plane: PlainPlane
    let browser: Browser
    let page: Page
    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'fleetkey-refused-'))
      plane = await startPlainPlane({ dir })
      browser = await openBrowser()
      await iam(['policies', 'put', 'first', '-'], harmless)
      await iam(['policies', 'put', 'second', '-'], harmless)
      page = (await signedIn(browser, plane, await makeAccount(plane, 'admin'))).page
      page.setDefaultTimeout(30_000)
    })
    after(async () => {
      await browser?.close()
      await plane?.stop()
      await rm(dir, { recursive: true, force: true })
    })
    beforeEach(() => deny())

    const iam = async (argv: readonly string[], input?: string) => {
      const { code, stderr } = await fleetkey(['iam', ...argv], {
        env: plane.root,
        ...(input !== undefined && { input }),
      })
      assert.equal(code, 0, stderr)
    }
    /** From then on; nothing else than that. Nothing at all without a name. */
    const deny = (action?: string, more: object = {}) =>
      iam(
        ['users', 'put-policy', 'admin', 'denied', '-'],
        action === undefined
          ? harmless
          : policy({ Effect: 'Deny', Action: action, Resource: '*', ...more }),
      )
    const attachedTo = async (kind: 'groups' | 'users', name: string) => {
      const shown = await fleetkeyJson(['iam', kind, 'show', name], { env: plane.root })
      return (['first', 'second'] as const).filter((one) =>
        JSON.stringify(shown).includes(`policy/${one}"`),
      )
    }
    const go = (path: string) => page.goto(`${plane.url}${path}`)
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const inDialog = (name: string) =>
      page.getByRole('dialog').getByRole('button', { name, exact: true })
    const said = (text: string | RegExp) => page.getByText(text).first().waitFor()
    const choose = async (within: Page | Locator, ...policies: readonly string[]) => {
      for (const name of policies) {
        const box = within.getByRole('checkbox', { name: `Select ${name}`, exact: true })
        // oxlint-disable-next-line no-await-in-loop -- one click after the other
        await box.check()
      }
    }

    it('says what a new group is without, once somebody left that out', async () => {
      await go('/iam/create-group')
      await page.getByLabel('Group name', { exact: true }).fill('ops')
      await choose(page, 'first', 'second')
      await deny('iam:AttachGroupPolicy')
      await button('Create user group').click()
      await said(/not authorized to perform: iam:AttachGroupPolicy/)
      // Chosen otherwise meanwhile, the next one would be taken for the one that was refused.
      assert.equal(await page.getByRole('checkbox').count(), 0)
      await deny()
      await button('Leave this one out and go on').click()
      await said('The group ops is created. Left out: Attach the policy first.')
      assert.deepEqual(await attachedTo('groups', 'ops'), ['second'])
    })

    it('shows no password of a new user who was not given it', async () => {
      await go('/iam/create-user')
      await page.getByLabel('User name', { exact: true }).fill('bob')
      await button('Next').click()
      await said('Copy permissions')
      await button('Next').click()
      await deny('iam:CreateLoginProfile')
      await button('Create user').click()
      await said(/not authorized to perform: iam:CreateLoginProfile/)
      await button('Leave this one out and go on').click()
      await said('Left out: Give bob a password.')
      assert.equal(await page.getByText('Sign in at').count(), 0)
    })

    it('goes on with what is left of several, and shows at once what was made', async () => {
      await iam(['users', 'create', 'eve'])
      await go('/iam/users/eve')
      const second = { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::*:policy/second' } }
      await deny('iam:AttachUserPolicy', { Condition: second })
      const attach = async () => {
        await button('Attach policies').click()
        await choose(page.getByRole('dialog'), 'first', 'second')
        await inDialog('Attach 2 policies').click()
        await said(/not authorized to perform: iam:AttachUserPolicy/)
      }
      await attach()
      await inDialog('Close').last().click()
      await page.getByRole('link', { name: 'first', exact: true }).waitFor()
      await attach()
      await deny()
      await inDialog('Try again').click()
      await page.getByRole('link', { name: 'second', exact: true }).waitFor()
      assert.deepEqual(await attachedTo('users', 'eve'), ['first', 'second'])
    })

    it('says which tags are saved where the others may not be removed', async () => {
      await iam(['users', 'create', 'tess', '--tag', 'old=1'])
      await go('/iam/users/tess?tab=tags')
      await button('Add a tag').click()
      await page.getByLabel('Key of tag 2').fill('new')
      await button('Remove the tag old').click()
      await deny('iam:UntagUser')
      await button('Save tags').click()
      await said('Only a part of it was done')
      await said('Saved already: new.')
      // What is left is there still, and nothing else.
      await deny()
      await button('Save tags').click()
      await page.getByText('Only a part of it was done').waitFor({ state: 'detached' })
      const shown = await fleetkeyJson(['iam', 'users', 'show', 'tess'], { env: plane.root })
      assert.match(JSON.stringify(shown), /"new"/)
      assert.doesNotMatch(JSON.stringify(shown), /"old"/)
    })

    it('does not take the text of a policy for what is wrong where its author may not save it', async () => {
      await go('/iam/users/admin/inline')
      await page.getByLabel('Policy name', { exact: true }).fill('more')
      await page.getByLabel('OS users', { exact: true }).fill('ops')
      await page.getByText('JSON', { exact: true }).click()
      await deny('iam:PutUserPolicy')
      await button('Review and save').click()
      await inDialog('Save').click()
      await said(/not authorized to perform: iam:PutUserPolicy/)
      await inDialog('Cancel').click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.equal(await page.getByText(/not authorized to perform/).count(), 0)
      // A question that is asked anew has not been answered yet.
      await button('Review and save').click()
      await inDialog('Save').waitFor()
      assert.equal(await page.getByText(/not authorized to perform/).count(), 0)
      await deny()
      await inDialog('Save').click()
      await said('The inline policy more is saved.')
    })

    it('frees the name of an authenticator app that was not added after all', async () => {
      await go('/security-credentials')
      const show = async () => {
        await button('Assign MFA device').click()
        await inDialog('Show QR code').click()
        await page.getByLabel('MFA code 1').waitFor()
      }
      await show()
      await deny('iam:EnableMFADevice')
      await page.getByLabel('MFA code 1').fill('123456')
      await page.getByLabel('MFA code 2').fill('123457')
      await inDialog('Add MFA').click()
      await said(/not authorized to perform: iam:EnableMFADevice/)
      await said(/Statement 1 of inline policy denied of user admin denies it/)
      await inDialog('Close').click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await show()
    })
  },
)
