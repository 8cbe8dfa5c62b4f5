import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { OutputBatch } from './output-batch.ts'

const KB = 1024

function given() {
  const sent: Uint8Array<ArrayBuffer>[] = []
  const batch = new OutputBatch((bytes) => sent.push(bytes))
  return { batch, sent, text: () => sent.map((bytes) => Buffer.from(bytes).toString()).join('') }
}

describe('output on its way from a host', () => {
  it('goes at once after a silence (the echo of a key)', async () => {
    const { batch, text } = given()
    batch.push(Buffer.from('k'))
    await turn()
    assert.equal(text(), 'k')
  })

  it('goes in messages of 64 KB while it runs by, and all of it goes', () => {
    const { batch, sent, text } = given()
    const pieces = Array.from({ length: 50 }, (_, n) => `${n % 10}`.repeat(4095))
    for (const piece of pieces) batch.push(Buffer.from(piece))
    assert.deepEqual(
      sent.map(({ length }) => length),
      [64 * KB, 64 * KB, 64 * KB],
    )
    batch.flush()
    assert.equal(text(), pieces.join(''))
  })

  it('is put together for as long as somebody might notice (each piece would wake page and server)', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
    const { batch, sent, text } = given()
    batch.push(Buffer.from('a'))
    context.mock.timers.tick(0)
    batch.push(Buffer.from('b'))
    batch.push(Buffer.from('c'))
    assert.equal(sent.length, 1)
    context.mock.timers.tick(4)
    assert.deepEqual([sent.length, text()], [2, 'abc'])
  })

  it('is nobody else’s memory, whatever comes afterwards in this session or another', () => {
    const [one, other] = [given(), given()]
    const piece = Buffer.from('one')
    one.batch.push(piece)
    one.batch.flush()
    piece.fill('x')
    other.batch.push(Buffer.from('other'))
    one.batch.push(Buffer.alloc(60 * KB, 'y'))
    other.batch.flush()
    one.batch.flush()
    other.batch.push(Buffer.alloc(64 * KB, 'z'))
    assert.equal(one.text(), `one${'y'.repeat(60 * KB)}`)
    assert.equal(other.text(), `other${'z'.repeat(64 * KB)}`)
    const memory = [...one.sent, ...other.sent].map(({ buffer }) => buffer)
    assert.equal(new Set(memory).size, memory.length)
  })

  it('keeps no more memory than it has (what is kept of a terminal would be twice as large)', () => {
    const { batch, sent } = given()
    for (const length of [1, 1000, 40 * KB, 48 * KB, 64 * KB]) {
      batch.push(Buffer.alloc(length))
      batch.flush()
    }
    for (const { length, buffer } of sent) assert.ok(buffer.byteLength <= (length * 4) / 3)
  })
})
