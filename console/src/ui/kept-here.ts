/** What a browser, or a tab of it, keeps for a page. */
export type KeptHere = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** For as long as the browser's person has the site. */
export const inBrowser = keptHere(() => localStorage)
/** For as long as the tab is open. */
export const inTab = keptHere(() => sessionStorage)

/** In memory, and gone with the page, where the browser gives no leave: one that blocks all cookies throws at the mere look. */
export function keptHere(open: () => KeptHere): KeptHere {
  let kept: KeptHere | undefined
  const here = () => (kept ??= opened(open))
  return {
    getItem: (key) => here().getItem(key),
    setItem: (key, value) => here().setItem(key, value),
    removeItem: (key) => here().removeItem(key),
  }
}

function opened(open: () => KeptHere): KeptHere {
  try {
    return open()
  } catch {
    const kept = new Map<string, string>()
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    }
  }
}
