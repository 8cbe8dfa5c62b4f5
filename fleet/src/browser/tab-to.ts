import type { Locator, Page } from 'playwright-core'

/** More than any page has to go through. */
const MOST = 80

/**
 * Goes on by key until something wanted has the focus, as somebody without a mouse does.
 * @throws where that many steps do not lead there
 */
export async function tabTo(page: Page, wanted: Locator, key = 'Tab'): Promise<void> {
  const focused = page.locator(':focus')
  for (let steps = 0; steps < MOST; steps++) {
    await page.keyboard.press(key)
    if ((await wanted.and(focused).count()) > 0) return
  }
  throw new Error(`${key} does not lead to ${String(wanted)} within ${MOST} steps`)
}
