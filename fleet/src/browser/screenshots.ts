import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { CHECKOUT, fleetkey } from '../fleetkey.ts'
import { makeUser } from '../make-user.ts'
import { hostOf, openTestFleet, type TestFleet } from '../test-fleet.ts'
import { openBrowser } from './browser.ts'
import { EVERYTHING, makeAccount, signedIn } from './signed-in.ts'

// `npm run screenshots`: the pictures of the documentation, taken of a fleet that is there for them, in which something happened.

const PICTURES = `${CHECKOUT}/docs/pictures`
/** May reach staging as deploy, and no other. */
const STAGING = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['ec2:Describe*', 'fleetkey:GetGrant'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'ec2-instance-connect:SendSSHPublicKey',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'staging', 'ec2:osuser': 'deploy' } },
    },
  ],
}

const fleet = await openTestFleet({
  hosts: { 'web-1': { env: 'dev' }, 'web-2': { env: 'staging' }, 'db-1': { env: 'prod' } },
  users: ['ec2-user', 'deploy', 'guest'],
  sshdConfig: { 'web-2': 'DenyUsers guest\n' },
})
const browser = await openBrowser(fleet.network)
try {
  await mkdir(PICTURES, { recursive: true })
  await makeSomethingHappen(fleet)
  const { page } = await signedIn(browser, fleet.plane, await makeAccount(fleet.plane, 'admin'))
  const open = (path: string) => page.goto(`${fleet.plane.url}${path}`)
  const web1 = hostOf(fleet, 'web-1').instanceId

  await open(`/instances/${web1}/connect`)
  await page.getByText('You may log in as ec2-user').waitFor()
  await take(page, 'connect')
  await page.getByRole('link', { name: 'Connect', exact: true }).click()
  const rows = page.locator('.xterm-rows').first()
  await rows.filter({ hasText: /\$\s*$/ }).waitFor()
  await page.keyboard.type('cat /etc/os-release | head -4; uptime; who\n')
  await rows.filter({ hasText: 'load average' }).waitFor()
  await take(page, 'terminal')
  await open('/instances')
  await page.getByRole('link', { name: 'web-2' }).waitFor()
  await take(page, 'instances')
  await open('/')
  await page.getByText('SSH sessions').last().waitFor()
  await page.getByText('Keys pushed').first().waitFor()
  await take(page, 'overview')
  await open('/events?outcome=denied')
  await page.getByRole('link', { name: 'SendSSHPublicKey' }).first().click()
  await page
    .getByRole('heading', { name: 'Event record' })
    .or(page.getByText('Event record'))
    .first()
    .waitFor()
  await take(page, 'events')
} finally {
  await browser.close()
  await fleet.close()
}

async function take(page: Page, name: string): Promise<void> {
  // Fonts, and what still slides in.
  await page.waitForTimeout(1000)
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
  process.stdout.write(`docs/pictures/${name}.png\n`)
}

/** A login, one that a policy refuses, and one that sshd refuses. */
async function makeSomethingHappen({ plane }: TestFleet): Promise<void> {
  const alice = await makeUser(plane, 'alice', STAGING)
  const ops = await makeUser(plane, 'ops', EVERYTHING)
  await fleetkey(['ssh', 'deploy@web-2', '--', 'true'], { env: alice })
  await fleetkey(['ssh', 'root@db-1', '--', 'true'], { env: alice })
  await fleetkey(['ssh', 'guest@web-2', '--', 'true'], { env: ops })
}
