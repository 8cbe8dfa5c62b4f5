import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'
import type { Screen } from './screen.ts'

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

/** Answers one question with something secret. */
export type AskSecret = (question: string) => Promise<string>

/** Answers from the terminal, unseen; without one, line by line from standard input. `todo` says what belongs there. */
export function secretAsker(screen: Screen, todo: string): AskSecret {
  if (screen.interactive) return askSecret
  let lines: Promise<string[]> | undefined
  return async (question) => {
    lines ??= import('./input.ts').then(async ({ readInput }) => (await readInput('-')).split('\n'))
    const line = (await lines).shift()?.replace(/\r$/, '')
    if (line) return line
    throw new Failure('credentials', 'There is no answer on standard input.', {
      why: [`asked: ${question.trim()}`],
      todo: [todo],
    })
  }
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
