import assert from 'node:assert/strict'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { deflateRawSync } from 'node:zlib'
import { parseCastHeader, parseCastLine } from '@fleetkey/domain/asciicast'
import { until } from '../testing/until.ts'
import { ChunkIndex } from './chunk-index.ts'
import { givenWriter, storedBytes } from './given-recording.ts'
import { readPage } from './read-page.ts'
import type { RecordingWriter, WrittenRecording } from './recording-writer.ts'
import { walkChunks } from './walk-chunks.ts'

type Given = Awaited<ReturnType<typeof givenWriter>>

const readable = ({ key }: Given, written: WrittenRecording) => ({
  ...key,
  ...written,
  index: ChunkIndex.decode(written.index) ?? assert.fail('no index'),
})

async function textOf(given: Given, written: WrittenRecording, most = 100_000): Promise<string> {
  const stored = storedBytes(given.file.bytes())
  const pages: Buffer[] = []
  for (let offset = 0; offset < written.bytes;) {
    const page = await readPage(stored, readable(given, written), { offset, most })
    assert.equal(page.at(-1), 10, 'a page ends with its line')
    pages.push(page)
    offset += page.length
  }
  return Buffer.concat(pages).toString()
}

const eventsOf = (text: string) => text.trimEnd().split('\n').slice(1).map(parseCastLine)

const flushed = (writer: RecordingWriter, bytes: number) =>
  until(() => writer.readable.bytes >= bytes)

describe('a recording that is written', () => {
  it('is asciicast v2: what was shown, typed and resized, and when', async () => {
    const given = await givenWriter()
    const { writer, clock } = given
    clock.ms = 500
    void writer.output(Buffer.from('\u001b[32mhallo\r\n'))
    clock.ms = 1499.25
    writer.input(Buffer.from('ls\r'))
    writer.resized(120, 40)
    const written = await writer.end()
    const text = await textOf(given, written)
    assert.deepEqual(parseCastHeader(text.split('\n')[0] ?? ''), {
      width: 80,
      height: 24,
      timestamp: 1_800_000_000,
    })
    assert.deepEqual(eventsOf(text), [
      { code: 'o', at: 0.5, text: '\u001b[32mhallo\r\n' },
      { code: 'i', at: 1.49925, text: 'ls\r' },
      { code: 'r', at: 1.49925, cols: 120, rows: 40 },
    ])
    assert.equal(written.durationMs, 1500)
    assert.ok(written.durationMs >= clock.ms)
    assert.equal(written.bytes, Buffer.byteLength(text))
    assert.equal(written.sha256, createHash('sha256').update(text).digest('hex'))
  })

  it('keeps characters whole whose bytes come apart, and shows bytes that are none as such', async () => {
    const given = await givenWriter()
    const bytes = Buffer.from('ü€😀')
    for (const byte of bytes) {
      void given.writer.output(Uint8Array.of(byte))
      // What is typed meanwhile stands for itself.
      void given.writer.input(Uint8Array.of(byte))
    }
    void given.writer.output(Uint8Array.of(0xff))
    const text = await textOf(given, await given.writer.end())
    const told = (code: 'o' | 'i') =>
      eventsOf(text)
        .map((event) => (event?.code === code ? event.text : ''))
        .join('')
    assert.equal(told('o'), 'ü€😀\ufffd')
    assert.equal(told('i'), 'ü€😀')
  })

  it('is whole, whatever is shown: long lines, controls that become six times as long, what is no text', async () => {
    const given = await givenWriter()
    const parts = [
      Buffer.alloc(100_000, '\u0001'),
      Buffer.alloc(70_000, 'x'),
      Buffer.from([0xe2, 0x82]),
      Buffer.alloc(50_000, 0xff),
      Buffer.from('"\\ü\r\n'.repeat(9000)),
    ]
    for (const part of parts) await given.writer.output(part)
    const written = await given.writer.end()
    const text = await textOf(given, written)
    const shown = eventsOf(text).map((event) => (event?.code === 'o' ? event.text : ''))
    assert.equal(shown.join(''), new TextDecoder().decode(Buffer.concat(parts)))
    assert.equal(written.bytes, Buffer.byteLength(text))
    assert.equal(written.sha256, createHash('sha256').update(text).digest('hex'))
  })

  it('holds nothing readable in what is stored', async () => {
    const given = await givenWriter()
    void given.writer.output(Buffer.from('the password is hunter2'.repeat(100)))
    await given.writer.end()
    const stored = given.file.bytes().toString('latin1')
    assert.ok(!stored.includes('hunter2') && !stored.includes('width'))
  })

  it('is on the disk soon, without more being shown', async () => {
    const { writer, file } = await givenWriter()
    const before = writer.readable.bytes
    void writer.output(Buffer.from('$ '))
    await flushed(writer, before + 10)
    assert.equal(file.syncs, 2)
    await writer.end()
  })

  it('is synced in large pieces while output runs by', async () => {
    const { writer, file } = await givenWriter()
    for (let part = 0; part < 256; part++) {
      void writer.output(Buffer.alloc(16 << 10, 'x'))
      // As long as the disk takes.
      await turn()
    }
    await writer.end()
    // 4 MiB in 64 chunks; a machine that is busy may let the quarter of a second pass in between.
    assert.ok(file.syncs <= 32, `${file.syncs} syncs`)
  })

  it('is read page by page, each in whole lines, from any place', async () => {
    const given = await givenWriter()
    for (let line = 0; line < 20_000; line++) {
      given.clock.ms = line * 10
      await given.writer.output(Buffer.from(`line ${line} of many, with some more text\r\n`))
    }
    const written = await given.writer.end()
    const text = await textOf(given, written)
    assert.equal(text, await textOf(given, written, 1))
    const stored = storedBytes(given.file.bytes())
    for (const offset of [1, 70_000, written.bytes - 1]) {
      const page = await readPage(stored, readable(given, written), { offset, most: 1 })
      assert.ok(page.length > 0 && page.length <= 200_000)
      assert.equal(page.toString(), text.slice(offset, offset + page.length))
    }
  })

  it('is read once for each page (a bucket may take seconds for each read)', async () => {
    const given = await givenWriter()
    for (let line = 0; line < 20_000; line++) {
      await given.writer.output(Buffer.from(`line ${line} of many, with some more text\r\n`))
    }
    const written = await given.writer.end()
    const stored = storedBytes(given.file.bytes())
    let reads = 0
    const counted = {
      ...stored,
      read: (at: number, length: number) => (reads++, stored.read(at, length)),
    }
    let pages = 0
    for (let offset = 0; offset < written.bytes; pages++) {
      const place = { offset, most: 256 << 10 }
      offset += (await readPage(counted, readable(given, written), place)).length
    }
    assert.ok(pages > 3, `${pages} pages`)
    assert.equal(reads, pages)
  })

  it('asks for patience while the disk is slow, and holds no more meanwhile', async () => {
    const { writer, file } = await givenWriter()
    const held = Promise.withResolvers<void>()
    file.held = held.promise
    let waits: Promise<void> | undefined
    let given = 0
    while (waits === undefined) {
      waits = writer.output(Buffer.alloc(16 << 10, 'x'))
      given += 16 << 10
      assert.ok(given < 2 << 20, 'it takes all that there is')
    }
    held.resolve()
    await waits
    await writer.end()
  })

  it('asks for patience with what is typed too', async () => {
    const { writer, file } = await givenWriter()
    const held = Promise.withResolvers<void>()
    file.held = held.promise
    const waits: unknown = writer.input(Buffer.alloc(2 << 20, 'x'))
    held.resolve()
    assert.ok(waits instanceof Promise)
    await waits
    await writer.end()
  })

  it('fails when the disk is full, and keeps what it has', async () => {
    const given = await givenWriter()
    void given.writer.output(Buffer.from('before\r\n'))
    await flushed(given.writer, given.writer.readable.bytes + 10)
    given.file.broken = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    void given.writer.output(Buffer.from('after\r\n'))
    assert.match((await given.writer.failed).message, /no space/)
    assert.equal(given.writer.output(Buffer.alloc(4 << 20)), undefined, 'it holds nobody up')
    const text = await textOf(given, await given.writer.end())
    assert.ok(text.includes('before') && !text.includes('after'))
  })

  it('fails when the disk does not answer', async () => {
    const { writer, file } = await givenWriter({ stallMs: 20 })
    file.held = new Promise(() => {})
    void writer.output(Buffer.from('x'))
    assert.match((await writer.failed).message, /did not answer/)
    await writer.end()
  })

  it('fails when it grows too long (one who prints for ever fills no disk)', async () => {
    const given = await givenWriter({ maxBytes: 1 << 20 })
    for (let part = 0; part < 200; part++) await given.writer.output(Buffer.alloc(8000, 'x'))
    assert.match((await given.writer.failed).message, /maxMegabytes/)
    const written = await given.writer.end()
    assert.ok(written.bytes <= 1 << 20)
    await textOf(given, written)
  })

  it('does not begin where nothing can be written', async () => {
    const file = {
      write: () => Promise.reject(new Error('EROFS')),
      sync: async () => {},
      close: async () => {},
    }
    await assert.rejects(givenWriter({ file }), /EROFS/)
  })
})

describe('the bytes of a recording', () => {
  async function short() {
    const given = await givenWriter()
    for (const word of ['one', 'two', 'three', 'four']) {
      const before = given.writer.readable.bytes
      void given.writer.output(Buffer.from(word))
      await flushed(given.writer, before + 1)
    }
    const written = await given.writer.end()
    return { given, written, bytes: given.file.bytes() }
  }
  /** Of the first page that cannot be read: a page ends before what is damaged. */
  async function refusal(bytes: Buffer, { given, written }: Awaited<ReturnType<typeof short>>) {
    const stored = storedBytes(bytes)
    try {
      for (let offset = 0; ;) {
        // oxlint-disable-next-line no-await-in-loop -- page by page
        const page = await readPage(stored, readable(given, written), { offset, most: 1 << 20 })
        if (page.length === 0) break
        offset += page.length
      }
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }

  it('are found altered wherever one bit is another, and which chunk it is is said', async () => {
    const whole = await short()
    const { bytes, given, written } = whole
    const starts: number[] = []
    for await (const { stored } of walkChunks(storedBytes(bytes), given.key)) starts.push(stored)
    assert.equal(starts.length, written.chunks)
    // The magic of 8 bytes is not the chunks'; the walk and the copy check it.
    for (let at = 8; at < written.storedBytes; at++) {
      const altered = Buffer.from(bytes)
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8))
      // The last chunk has no text: a page does not need it, the walk does.
      const chunk = starts.findLastIndex((start) => start <= at)
      if (chunk < starts.length - 1) {
        assert.match((await refusal(altered, whole)) ?? 'unseen', new RegExp(`^chunk ${chunk} `))
      }
      let walked = 0
      for await (const _ of walkChunks(storedBytes(altered), given.key)) walked += 1
      assert.equal(walked, chunk, `a walk ends before byte ${at}`)
    }
    assert.equal(await refusal(bytes, whole), undefined, 'and unaltered they are read')
  })

  it('of before Zstandard are read too', async () => {
    const key = { recordingId: 'r-old', key: randomBytes(32) }
    const text = Buffer.from('[0.5, "o", "hallo"]\n')
    const packed = deflateRawSync(text)
    const head = Buffer.alloc(32)
    head.writeUInt32BE(1, 4)
    head.writeUInt32BE(text.length, 16)
    head.writeUInt32BE(packed.length + 16, 20)
    const cipher = createCipheriv('aes-256-gcm', key.key, Buffer.alloc(12))
    cipher.setAAD(Buffer.concat([Buffer.from('FKREC1\r\nr-old\0'), head]))
    const sealed = [cipher.update(packed), cipher.final()]
    const bytes = Buffer.concat([Buffer.from('FKREC1\r\n'), head, ...sealed, cipher.getAuthTag()])
    const [chunk] = await Array.fromAsync(walkChunks(storedBytes(bytes), key))
    assert.deepEqual([chunk?.text, chunk?.head.isLast], [text, true])
  })

  it('do not open in another order, with one left out, in another recording, or cut off', async () => {
    const whole = await short()
    const { bytes, given } = whole
    const chunks: Buffer[] = []
    let from = 8
    for await (const { stored, head } of walkChunks(storedBytes(bytes), given.key)) {
      from = stored + 32 + head.sealedLength
      chunks.push(bytes.subarray(stored, from))
    }
    const put = (order: readonly number[]) =>
      Buffer.concat([bytes.subarray(0, 8), ...order.map((one) => chunks[one] ?? Buffer.alloc(0))])
    assert.match((await refusal(put([0, 2, 1, 3, 4, 5]), whole)) ?? '', /^chunk 1 is not in its/)
    assert.match((await refusal(put([0, 2, 3, 4, 5]), whole)) ?? '', /^chunk 1 is not in its/)
    assert.match((await refusal(put([0, 1, 2]), whole)) ?? '', /^chunk 3 is missing/)
    const other = { ...whole, given: { ...given, key: { ...given.key, recordingId: 'r-other' } } }
    assert.match((await refusal(bytes, other)) ?? '', /^chunk 0 was altered/)
    assert.equal(await refusal(put([0, 1, 2, 3, 4, 5]), whole), undefined)
  })
})
