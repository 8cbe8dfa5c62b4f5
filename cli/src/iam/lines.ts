import { isUtf8 } from 'node:buffer'

/** The longest line that is read, in bytes; more than any case has. */
const LONGEST_LINE = 16 * 1024 * 1024

/** A line without its end, or why it cannot be read. */
export type Line = { readonly text: string } | { readonly fault: string }

/** Lines of UTF-8, chunk by chunk as they come in, in order. Blank lines are left out. No line is kept longer than it must be. */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly Line[]> {
  let rest: Buffer[] = []
  let restLength = 0
  for await (const bytes of input) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const end = chunk.lastIndexOf(0x0a)
    if (end < 0) {
      restLength += chunk.length
      // What is too long is counted on, not kept.
      if (restLength <= LONGEST_LINE) rest.push(chunk)
      else rest = []
      continue
    }
    const first = chunk.indexOf(0x0a)
    const opening = restLength + first
    const whole =
      opening > LONGEST_LINE
        ? chunk.subarray(first + 1, end)
        : Buffer.concat([...rest, chunk.subarray(0, end)])
    const tooLong = opening > LONGEST_LINE ? [overlong] : []
    rest = [chunk.subarray(end + 1)]
    restLength = chunk.length - end - 1
    yield [...tooLong, ...split(whole)]
  }
  if (restLength > LONGEST_LINE) yield [overlong]
  else if (restLength > 0) yield split(Buffer.concat(rest))
}

const overlong: Line = { fault: `it is longer than ${LONGEST_LINE} bytes` }

function split(bytes: Buffer): readonly Line[] {
  if (isUtf8(bytes)) return withoutBlanks(bytes.toString('utf8').split('\n'))
  const lines: Line[] = []
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (!isUtf8(line)) lines.push({ fault: 'it is not UTF-8' })
    else lines.push(...withoutBlanks([line.toString('utf8')]))
    start = end + 1
  }
  return lines
}

function withoutBlanks(texts: readonly string[]): readonly Line[] {
  return texts.filter((text) => text.trim() !== '').map((text) => ({ text }))
}
