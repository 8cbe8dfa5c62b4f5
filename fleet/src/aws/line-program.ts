import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import { hasEnded } from '../process-tree.ts'

const ANSWER_TIMEOUT_MS = 60_000

/** A program that answers each line of its standard input with a line, both JSON. It starts with the first question. */
export class LineProgram {
  readonly #argv: readonly [string, ...string[]]
  readonly #environment: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #lines: Interface | undefined
  #log = ''
  #last: Promise<unknown> = Promise.resolve()

  constructor(argv: readonly [string, ...string[]], environment: Readonly<Record<string, string>>) {
    this.#argv = argv
    this.#environment = environment
  }

  /** One after the other. */
  ask(question: object): Promise<unknown> {
    const answer = this.#last.then(() => this.#askNow(question))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  async #askNow(question: object): Promise<unknown> {
    const { child, lines } = this.#started()
    const ended = () => new Error(`${this.#argv.join(' ')} ended:\n${this.#log}`)
    if (hasEnded(child)) throw ended()
    keepAlive(child, true)
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const over = new AbortController()
    const ends = once(child, 'exit', { signal: over.signal }).then(() => {
      throw ended()
    })
    try {
      const line = once(lines, 'line', { signal })
      child.stdin?.write(`${JSON.stringify(question)}\n`)
      const [text] = (await Promise.race([line, ends])) as [string]
      return JSON.parse(text)
    } finally {
      ends.catch(() => undefined)
      over.abort()
      keepAlive(child, false)
    }
  }

  #started(): { readonly child: ChildProcess; readonly lines: Interface } {
    if (this.#child && this.#lines) return { child: this.#child, lines: this.#lines }
    const [program, ...args] = this.#argv
    const child = spawn(program, args, { env: this.#environment })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
    child.stdin.on('error', () => undefined) // it may have ended; the exit tells
    const lines = createInterface({ input: child.stdout })
    this.#child = child
    this.#lines = lines
    return { child, lines }
  }

  /** Ends it by the end of its input. */
  async close(): Promise<void> {
    const child = this.#child
    if (child === undefined || hasEnded(child)) return
    const ended = once(child, 'exit')
    keepAlive(child, true)
    child.stdin?.end()
    await ended
  }
}

/** Between questions it keeps nobody: when its owner ends, so does its input. */
function keepAlive(child: ChildProcess, isAsked: boolean): void {
  const pipes = [child.stdin, child.stdout, child.stderr].filter((pipe) => pipe instanceof Socket)
  for (const each of [child, ...pipes]) {
    if (isAsked) each.ref()
    else each.unref()
  }
}
