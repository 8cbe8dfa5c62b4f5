import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { givenRecordings } from './given-recordings.ts'
import { givenTerminal } from './given-terminal.ts'

const MIB = 1 << 20
const SHOWN_MIB = 100
const MOST_MIB = 96

describe('a recording of 100 MB', () => {
  it('is written and read in bounded memory, and is what was shown', async () => {
    const given = await givenRecordings()
    try {
      const recordings = given.start()
      const recording = await recordings.begin(givenTerminal())
      assert.ok(recording !== undefined && 'recordingId' in recording, 'not recorded')
      // Neither noise nor the same again and again: what a build prints.
      const line = () => Buffer.from(`${randomBytes(24).toString('hex')} compiling some file\r\n`)
      const part = Buffer.concat(Array.from({ length: 230 }, line))
      const before = process.memoryUsage().rss
      let most = before
      const look = () => (most = Math.max(most, process.memoryUsage().rss))
      for (let shown = 0; shown < SHOWN_MIB * MIB; shown += part.length) {
        await recording.output(part)
        look()
      }
      await recording.end({ cause: 'exited', says: 'The shell ended.' })
      const row = (await given.store.recordings.get(recording.recordingId)) ?? assert.fail('gone')
      const hash = createHash('sha256')
      for (let offset = 0; offset < (row.end?.bytes ?? 0);) {
        const { text } = await recordings.readPage(row, { offset, most: MIB })
        hash.update(text)
        offset += text.length
        look()
      }
      assert.equal(hash.digest('hex'), row.end?.sha256)
      assert.ok((row.end?.bytes ?? 0) > SHOWN_MIB * MIB)
      const grown = Math.round((most - before) / MIB)
      assert.ok(grown < MOST_MIB, `memory grew by ${grown} MiB`)
    } finally {
      await given.close()
    }
  })
})
