import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { plainEnvironment } from './run-program.ts'

/** An ssh session that stays open and says what it is told. */
export interface EchoSession {
  /** Resolves with what comes back. */
  echo(line: string): Promise<string>
  /** Ends its input. Resolves with ssh's exit code. */
  end(): Promise<number | null>
  kill(): void
}

/** The other side's command in the words for ssh. */
export const ECHO = 'echo ready; exec cat'

/**
 * @param words for ssh, with the command ECHO
 * @throws with what ssh says when it ends before the session is there
 */
export async function openEchoSession(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = plainEnvironment,
): Promise<EchoSession> {
  const child = spawn('ssh', words, { env: environment })
  const ended = once(child, 'close') as Promise<[number | null]>
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => undefined)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`ssh ended: ${stderr}`)
    return value
  }
  await line()
  return {
    echo(text) {
      child.stdin.write(`${text}\n`)
      return line()
    },
    async end() {
      child.stdin.end()
      const [code] = await ended
      return code
    },
    kill: () => child.kill(),
  }
}
