import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import {
  armKeystrokes,
  armShown,
  keyShown,
  showsPrompt,
  textShown,
  type KeyTimes,
} from './in-page.ts'

/** Both are xterm.js with its DOM renderer: what is in these is what is shown. */
const ROWS = '.xterm-rows'
const LETTERS = ['a', 's', 'd', 'f', 'j', 'k', 'l'] as const
/** So that none wraps. */
const LETTERS_A_LINE = 40

export async function untilPrompt(page: Page): Promise<void> {
  await page.waitForFunction(showsPrompt, ROWS, { timeout: 60_000, polling: 10 })
}

/** Of so many keys. */
export async function keystrokes(page: Page, count: number): Promise<readonly KeyTimes[]> {
  await page.evaluate(armKeystrokes, ROWS)
  const times: KeyTimes[] = []
  // One after the other, as people type.
  /* oxlint-disable no-await-in-loop */
  for (let n = 0; n < count; n++) {
    await page.keyboard.press(LETTERS[n % LETTERS.length] ?? 'a')
    times.push(await page.evaluate(keyShown))
    await sleep(15 + ((n * 7) % 20))
    if (n % LETTERS_A_LINE === LETTERS_A_LINE - 1) await eraseLine(page)
  }
  /* oxlint-enable no-await-in-loop */
  await eraseLine(page)
  return times
}

async function eraseLine(page: Page): Promise<void> {
  await page.keyboard.press('Control+U')
  await untilPrompt(page)
}

/** Seconds from Enter until what stands after a command's output is shown. */
export async function secondsOf(page: Page, command: string): Promise<number> {
  // What is on the screen from before would end the wait.
  await page.keyboard.type('clear')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(300)
  await untilPrompt(page)
  // Not as it is typed, or the line itself would.
  await page.keyboard.type(`${command}; echo do''ne`)
  await page.evaluate(armShown, { rows: ROWS, text: 'done', timeoutMs: 120_000 })
  await page.keyboard.press('Enter')
  const milliseconds = await page.evaluate(textShown)
  await untilPrompt(page)
  return milliseconds / 1000
}

/** Milliseconds from Ctrl-C, while a huge file runs by, until it is seen to have ended. */
export async function interrupt(page: Page, command: string): Promise<number> {
  await page.keyboard.type(command)
  await page.keyboard.press('Enter')
  await sleep(1500)
  await page.evaluate(armShown, { rows: ROWS, text: '^C', timeoutMs: 120_000 })
  await page.keyboard.press('Control+C')
  const milliseconds = await page.evaluate(textShown)
  await untilPrompt(page)
  return milliseconds
}
