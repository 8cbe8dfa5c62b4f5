import { readFile } from 'node:fs/promises'
import { Failure } from './failure.ts'

/** More than any key, policy or profile has. */
const MAX_BYTES = 1024 * 1024

/** The text of a file, or of standard input for `-`. */
export async function readInput(path: string): Promise<string> {
  try {
    return path === '-' ? await readStandardInput() : await readFile(path, 'utf8')
  } catch (error) {
    const name = path === '-' ? 'Standard input' : path
    throw new Failure('fileUnreadable', `${name} cannot be read.`, {
      why: [error instanceof Error ? error.message : String(error)],
    })
  }
}

// Not readFileSync(0): when the other end of a pipe is slow and the descriptor non-blocking, that fails with EAGAIN.
async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new RangeError(`it is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
