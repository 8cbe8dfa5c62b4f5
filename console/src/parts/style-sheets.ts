/**
 * Style sheets of this document that did not come. An `import()` that brings one fails with it the first time; the next time it finds the
 * link in the document, takes it for loaded, and the page has no styles.
 */
const missing = new Set<HTMLLinkElement>()

const isStyleSheet = (target: unknown): target is HTMLLinkElement =>
  target instanceof HTMLLinkElement && target.rel === 'stylesheet'

/** From now on. Scripts begin when the sheets of the document itself have come, or have not. */
export function watchStyleSheets(): void {
  for (const link of document.querySelectorAll('link')) {
    if (isStyleSheet(link) && link.sheet === null) missing.add(link)
  }
  // It does not bubble.
  const note = ({ target }: Event) => void (isStyleSheet(target) && missing.add(target))
  document.addEventListener('error', note, true)
}

/** Asks again for those that are missing. Rejects when one does not come again. */
export async function loadMissingStyles(): Promise<void> {
  await Promise.all([...missing].map(loadAgain))
}

function loadAgain(link: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const fresh = link.cloneNode() as HTMLLinkElement
    fresh.addEventListener('load', () => resolve())
    fresh.addEventListener('error', () => reject(new Error(`${link.href} did not come`)))
    missing.delete(link)
    // In its place: what stands later wins.
    link.replaceWith(fresh)
  })
}
