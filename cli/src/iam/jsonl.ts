import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { readLines, type Line } from './lines.ts'

/**
 * One line out for each line in, in order. Reading waits while the reader of the output is slow, so that memory stays small
 * however long the input is; ends when the input does, or when nobody reads on.
 */
export async function answerLines(
  input: AsyncIterable<Uint8Array>,
  output: Writable,
  answer: (line: Line) => string,
): Promise<void> {
  let failed: (Error & { readonly code?: string }) | undefined
  output.on('error', (error: Error) => (failed = error))
  for await (const lines of readLines(input)) {
    const text = lines.map((line) => `${harmless(answer(line))}\n`).join('')
    if (text !== '' && failed === undefined && !output.write(text)) await drained(output)
    // The reader has enough: `… | head`.
    if (failed?.code === 'EPIPE') return
    if (failed !== undefined) throw failed
  }
}

async function drained(output: Writable): Promise<void> {
  try {
    await once(output, 'drain')
  } catch {
    // The listener has the error, too.
  }
}

/** Acting characters can stand raw only within the texts of JSON, where their escape means the same; see `output.ts`. */
const acting = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

function harmless(json: string): string {
  return json.replace(acting, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}
