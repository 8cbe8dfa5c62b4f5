import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** One line of an agent's log. */
export interface AgentLogLine {
  readonly event: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** Reads a log that grows, from outside the host: each time what is new and whole. */
export class AgentLog {
  readonly #descriptor: number
  #offset = 0
  #rest = ''

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
  }

  /** A line that a kill cut in two is put together with what follows it, is no JSON then, and is left out. */
  readOn(): readonly AgentLogLine[] {
    const { size } = fstatSync(this.#descriptor)
    if (size <= this.#offset) return []
    const chunk = Buffer.alloc(size - this.#offset)
    this.#offset += readSync(this.#descriptor, chunk, 0, chunk.length, this.#offset)
    const lines = (this.#rest + chunk.toString('utf8')).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.map(readLine).filter((line) => line !== undefined)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

function readLine(line: string): AgentLogLine | undefined {
  try {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>
    return { event: String(fields['event']), at: Date.parse(String(fields['time'])), fields }
  } catch {
    return undefined
  }
}
