import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

/** Asks the person at the terminal, on stderr so that stdout stays the command's. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return answer(lines, () => lines.question(question))
}

/** Asks for a secret: what is typed is not shown. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  const secret = await answer(lines, () => lines.question(''))
  process.stderr.write('\n')
  return secret
}

async function answer(
  lines: ReturnType<typeof createInterface>,
  question: () => Promise<string>,
): Promise<string> {
  const stop = new Promise<never>((_resolve, reject) => {
    lines.on('SIGINT', () =>
      reject(new Failure('interrupted', 'You ended it; nothing was changed.')),
    )
    lines.on('close', () => reject(new Failure('cancelled', 'No answer; nothing was changed.')))
  })
  try {
    return await Promise.race([question(), stop])
  } finally {
    stop.catch(() => {})
    lines.close()
  }
}
