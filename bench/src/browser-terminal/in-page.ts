// These run in the page: each stands for itself, and knows of the browser only what is declared here.

/** Of an element of the page. */
interface Element {
  readonly textContent: string | null
  readonly children: Iterable<Element>
}
declare const document: {
  querySelector(selector: string): Element | null
  addEventListener(name: string, listener: (event: KeyEvent) => void, options: object): void
  removeEventListener(name: string, listener: (event: KeyEvent) => void, options: object): void
}
declare class MutationObserver {
  constructor(listener: () => void)
  observe(element: Element, options: object): void
  disconnect(): void
}

interface KeyEvent {
  readonly key: string
  readonly ctrlKey: boolean
}

/** What is left in the page between two steps. */
interface Armed {
  keyShown?: Promise<number>
  textShown?: Promise<number>
}

/** Whether the last line that has something ends in a shell's prompt. */
export function showsPrompt(rows: string): boolean {
  const box = document.querySelector(rows)
  if (box === null) return false
  const lines = [...box.children].map((row) => row.textContent ?? '')
  const last = lines.findLast((line) => line.trim() !== '')
  return last !== undefined && /[$#]\s*$/.test(last)
}

/** From each keydown, before anybody handles it, to the change of the rows that shows one character more. */
export function armKeystrokes(rows: string): void {
  const box = document.querySelector(rows)
  if (box === null) throw new Error('no terminal')
  const typed = () => (box.textContent ?? '').replaceAll(/\s/g, '').length
  const onKey = ({ key, ctrlKey }: KeyEvent) => {
    if (key.length !== 1 || ctrlKey) return
    const start = performance.now()
    const before = typed()
    ;(globalThis as Armed).keyShown = new Promise((resolve) => {
      const watching = new MutationObserver(() => {
        if (typed() <= before) return
        watching.disconnect()
        resolve(performance.now() - start)
      })
      watching.observe(box, { childList: true, subtree: true, characterData: true })
    })
  }
  document.addEventListener('keydown', onKey, { capture: true })
}

/** Milliseconds from the last key until its character was shown. */
export async function keyShown(): Promise<number> {
  return (await (globalThis as Armed).keyShown) ?? Number.NaN
}

/** From the next key to the change of the rows after which a line has the text. What a key cut off may stand behind it. */
export function armShown(asked: {
  readonly rows: string
  readonly text: string
  readonly timeoutMs: number
}): void {
  const box = document.querySelector(asked.rows)
  if (box === null) throw new Error('no terminal')
  const isShown = () =>
    [...box.children].some((row) => (row.textContent ?? '').includes(asked.text))
  ;(globalThis as Armed).textShown = new Promise((resolve, reject) => {
    const onKey = () => {
      const start = performance.now()
      const watching = new MutationObserver(() => {
        if (!isShown()) return
        watching.disconnect()
        resolve(performance.now() - start)
      })
      watching.observe(box, { childList: true, subtree: true, characterData: true })
      setTimeout(
        () => reject(new Error(`${asked.text} was not shown, but: ${box.textContent ?? ''}`)),
        asked.timeoutMs,
      )
    }
    document.addEventListener('keydown', onKey, { capture: true, once: true })
  })
}

/** Milliseconds until the text that was waited for was shown. */
export async function textShown(): Promise<number> {
  return (await (globalThis as Armed).textShown) ?? Number.NaN
}
