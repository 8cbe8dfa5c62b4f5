import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readLines, type Line } from './lines.ts'

async function read(chunks: Iterable<Uint8Array | string>): Promise<readonly Line[]> {
  async function* input() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
  const lines: Line[] = []
  for await (const some of readLines(input())) lines.push(...some)
  return lines
}

const texts = (...lines: readonly string[]) => lines.map((text) => ({ text }))

describe('readLines', () => {
  it('finds the same lines wherever the chunks end, also within a character', async () => {
    const whole = Buffer.from('{"a":"é€😀"}\n\n  \nzweite\r\nletzte')
    const expected = texts('{"a":"é€😀"}', 'zweite\r', 'letzte')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length)), async (cuts) => {
        const at = [0, ...cuts.toSorted((one, other) => one - other), whole.length]
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end))
        assert.deepEqual(await read(chunks), expected)
      }),
    )
  })
  it('names the line that is not UTF-8, and reads on', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a\n'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('\nb\n'),
    ])
    assert.deepEqual(await read([bytes]), [
      { text: 'a' },
      { fault: 'it is not UTF-8' },
      { text: 'b' },
    ])
  })
  it('drops a line that is too long without keeping it, and reads on', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    function* endless() {
      yield 'a\n'
      for (let count = 0; count < 40; count += 1) yield megabyte
      yield '\nb\n'
    }
    const fault = { fault: 'it is longer than 16777216 bytes' }
    assert.deepEqual(await read(endless()), [{ text: 'a' }, fault, { text: 'b' }])
    assert.deepEqual(await read(Array.from({ length: 17 }, () => megabyte)), [fault])
  })
  it('is nothing for an empty input', async () => {
    assert.deepEqual(await read([]), [])
    assert.deepEqual(await read(['\n']), [])
  })
})
