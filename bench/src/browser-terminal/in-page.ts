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
declare let requestAnimationFrame: (act: (time: number) => void) => number
declare class MutationObserver {
  constructor(listener: () => void)
  observe(element: Element, options: object): void
  disconnect(): void
}

interface KeyEvent {
  readonly key: string
  readonly ctrlKey: boolean
}

/** Milliseconds from the event of a key. */
export interface KeyTimes {
  /** Until its character is in the page. */
  readonly shown: number
  /** Until the frame with it is made: what the eye sees of it is the same whenever before that the page was changed. */
  readonly drawn: number
}

/** What is left in the page between two steps. */
interface Armed {
  keyShown?: Promise<KeyTimes>
  areKeysTimed?: boolean
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

/** From each keydown, before anybody handles it, to the change of the rows that shows one character more. Once for a page. */
export function armKeystrokes(rows: string): void {
  const armed = globalThis as Armed
  if (armed.areKeysTimed === true) return
  armed.areKeysTimed = true
  const box = document.querySelector(rows)
  if (box === null) throw new Error('no terminal')
  const typed = () => (box.textContent ?? '').replaceAll(/\s/g, '').length
  const nextFrame = requestAnimationFrame
  let isInFrame = false
  requestAnimationFrame = (act) =>
    nextFrame((time) => {
      isInFrame = true
      act(time)
      // Behind the observer, which hears of what `act` changed.
      queueMicrotask(() => (isInFrame = false))
    })
  const onKey = ({ key, ctrlKey }: KeyEvent) => {
    if (key.length !== 1 || ctrlKey) return
    const start = performance.now()
    const before = typed()
    armed.keyShown = new Promise((resolve) => {
      const watching = new MutationObserver(() => {
        if (typed() <= before) return
        watching.disconnect()
        const shown = performance.now() - start
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => {
          resolve({ shown, drawn: performance.now() - start })
          port1.close()
        })
        port1.start()
        // A message that is sent within a frame comes when it is made.
        if (isInFrame) port2.postMessage(0)
        else nextFrame(() => port2.postMessage(0))
      })
      watching.observe(box, { childList: true, subtree: true, characterData: true })
    })
  }
  document.addEventListener('keydown', onKey, { capture: true })
}

/** Of the last key. */
export async function keyShown(): Promise<KeyTimes> {
  return (await (globalThis as Armed).keyShown) ?? { shown: Number.NaN, drawn: Number.NaN }
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
