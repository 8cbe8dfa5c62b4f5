import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program of bench in a process of its own, which ends with this one. */
export interface ForkedProgram {
  readonly pid: number
  send(message: object): void
  /** Rejects when the program ends first, or after `timeoutMs`. */
  nextMessage(timeoutMs: number): Promise<unknown>
  /** SIGKILL, and waits. */
  stop(): Promise<void>
}

export function startProgram(script: URL): ForkedProgram {
  const child = fork(fileURLToPath(script), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    pid: child.pid ?? 0,
    send: (message) => child.send(message),
    async nextMessage(timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs)
      const ended = once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${script.pathname} ended with ${String(code)}`)
      })
      const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [
        unknown,
      ]
      return message
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}
