import { openBrowser, type Browser, type Person } from '@fleetkey/fleet/browser/browser'
import { makeAccount, signedIn, type Account } from '@fleetkey/fleet/browser/signed-in'
import { atMost, spreadOf, type Figure } from './figure.ts'
import { startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question, Run } from './question.ts'

/** How much a page may be, as transferred (Brotli). */
const MOST_KB = { signIn: 400, page: 700 }
const MOST_PAINT_MS = 500

/** What each page of the console costs somebody who has never been there: bytes and the time to the first paint, with an empty cache. */
export const consolePages: Question = {
  name: 'console-pages',
  async ask(run) {
    const under = await startHostUnderTest(run)
    const browser = await openBrowser()
    try {
      const account = await makeAccount(under.plane, 'admin')
      const paths = pathsOf(under)
      const figures = [await signInPage(browser, under, run)]
      for (const path of paths) {
        run.say(path)
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what is asked
        figures.push(await pageOf(browser, { under, account, path, run }))
      }
      return figures.flat()
    } finally {
      await browser.close()
      await under.stop()
    }
  },
}

const pathsOf = ({ instanceId }: HostUnderTest): readonly string[] => [
  '/',
  '/instances',
  `/instances/${instanceId}`,
  `/instances/${instanceId}/connect`,
  '/terminal',
  '/security-groups',
  '/sessions',
  '/recordings',
  '/events',
  '/iam/users',
  '/iam/create-policy',
  '/iam/simulator',
  '/security-credentials',
]

async function signInPage(
  browser: Browser,
  { plane }: HostUnderTest,
  run: Run,
): Promise<readonly Figure[]> {
  const loads: Load[] = []
  for (let turn = 0; turn < turnsOf(run); turn++) {
    // oxlint-disable-next-line no-await-in-loop -- in turns
    const person = await browser.person()
    // oxlint-disable-next-line no-await-in-loop
    loads.push(await load(person, `${plane.url}/sign-in`))
  }
  return figuresOf('/sign-in', loads, MOST_KB.signIn)
}

async function pageOf(
  browser: Browser,
  asked: {
    readonly under: HostUnderTest
    readonly account: Account
    readonly path: string
    readonly run: Run
  },
): Promise<readonly Figure[]> {
  const { under, account, path, run } = asked
  const { url } = under.plane
  const loads: Load[] = []
  for (let turn = 0; turn < turnsOf(run); turn++) {
    // oxlint-disable-next-line no-await-in-loop -- in turns
    const person = await signedIn(browser, under.plane, account)
    // oxlint-disable-next-line no-await-in-loop
    loads.push(await load(person, `${url}${path}`))
  }
  const name = path.replace(/i-[0-9a-f]+/, ':id')
  return figuresOf(name, loads, MOST_KB.page)
}

const turnsOf = ({ quick }: Run): number => (quick ? 1 : 5)

interface Load {
  readonly bytes: number
  readonly paintMs: number
}

/** With what it fetches in the second after the last answer came. */
async function load({ context, page }: Person, url: string): Promise<Load> {
  const debugging = await context.newCDPSession(page)
  await debugging.send('Network.enable')
  await debugging.send('Network.clearBrowserCache')
  let bytes = 0
  debugging.on('Network.loadingFinished', (done) => {
    bytes += done.encodedDataLength
  })
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForTimeout(1000)
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  )
  await context.close()
  return { bytes, paintMs }
}

function figuresOf(path: string, loads: readonly Load[], mostKb: number): readonly Figure[] {
  const paint = spreadOf(loads.map(({ paintMs }) => paintMs))
  const kilobytes = spreadOf(loads.map(({ bytes }) => bytes / 1000))
  return [
    {
      what: `${path}: transferred`,
      unit: 'KB',
      value: kilobytes.median,
      target: atMost(mostKb),
    },
    {
      what: `${path}: first paint, cold cache`,
      unit: 'ms',
      value: paint.median,
      spread: paint,
      target: atMost(MOST_PAINT_MS),
    },
  ]
}
