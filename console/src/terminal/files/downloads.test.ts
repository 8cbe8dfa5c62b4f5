import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { NOT_IN_ARCHIVE } from '@fleetkey/wire/terminal/file-tree'
import { countArchive, downloadArchive, missingIn } from './download-archive.ts'
import { downloadFile, type Download } from './download-file.ts'
import { keptByBrowser, MAX_KEPT, writtenToDisk } from './download-sink.ts'

const sizes: number[] = []
const moving = {
  signal: new AbortController().signal,
  onProgress() {},
  onSize: (bytes: number) => void sizes.push(bytes),
}
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** A body that breaks off after these pieces, or ends. */
function body(pieces: readonly string[], breaks: boolean): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream({
    pull(stream) {
      const next = left.shift()
      if (next !== undefined) stream.enqueue(bytesOf(next))
      else if (breaks) stream.error(new TypeError('network error'))
      else stream.close()
    },
  })
}

describe('a download', () => {
  const { fetch } = globalThis
  let asked: Record<string, string>[]
  let answers: (() => Response)[]
  beforeEach(() => {
    asked = []
    answers = []
    globalThis.fetch = (_door, options) => {
      asked.push(options?.headers as Record<string, string>)
      const answer = answers.shift()
      return answer === undefined
        ? Promise.reject(new TypeError('away'))
        : Promise.resolve(answer())
    }
  })
  after(() => void (globalThis.fetch = fetch))

  const newDownload = (): Download => ({ path: '/a', version: undefined })
  const part =
    (status: number, pieces: readonly string[], breaks = false) =>
    () =>
      new Response(body(pieces, breaks), { status, headers: { etag: '"3-1"' } })

  async function savedBy(download: Download): Promise<string> {
    const saved: Blob[] = []
    const sink = keptByBrowser((whole) => void saved.push(whole))
    await downloadFile('t', download, { ...moving, sink })
    return (await saved[0]?.text()) ?? ''
  }

  it('goes on where it broke off, of the very file that it was', async () => {
    answers = [part(200, ['ab', 'c'], true), part(206, ['de'])]
    assert.equal(await savedBy(newDownload()), 'abcde')
    assert.deepEqual(
      asked.map(({ range, 'if-range': version }) => [range, version]),
      [
        [undefined, undefined],
        ['bytes=3-', '"3-1"'],
      ],
    )
  })

  it('is as large as it is when it comes, whatever it was when it was listed', async () => {
    const length = (bytes: string) => ({ headers: { etag: '"3-1"', 'content-length': bytes } })
    answers = [
      () => new Response(body(['abc'], true), length('5')),
      () => new Response(body(['de'], false), { status: 206, ...length('2') }),
    ]
    await savedBy(newDownload())
    assert.deepEqual(sizes, [5, 5])
  })

  it('begins anew where the file has changed (the rest of another one would be put to it)', async () => {
    answers = [part(200, ['old'], true), part(200, ['new file'])]
    assert.equal(await savedBy(newDownload()), 'new file')
  })

  it('says that it was broken off when no more comes, and keeps what came for the next time', async () => {
    answers = [part(200, ['ab'], true)]
    const download = newDownload()
    const saved: Blob[] = []
    const sink = keptByBrowser((whole) => void saved.push(whole))
    await assert.rejects(downloadFile('t', download, { ...moving, sink }), /not reached/)
    answers = [part(206, ['c'])]
    await downloadFile('t', download, { ...moving, sink })
    assert.equal(await saved[0]?.text(), 'abc')
  })

  it('of an archive keeps nothing of what broke off, and says so', async () => {
    answers = [part(200, ['half'], true)]
    const sink = keptByBrowser(() => assert.fail('half an archive'))
    const what = { terminalId: 't', folder: '/', names: ['a'] }
    await assert.rejects(downloadArchive(what, sink, moving), /nothing is kept of the archive/)
    assert.equal(sink.size, 0)
  })

  it('of an archive is of about the size that its files have', async () => {
    const end = { kind: 'end', files: 2, folders: 1, bytes: 1000, problems: [], problemCount: 0 }
    answers = [
      () => new Response(`${JSON.stringify({ ...end, kind: 'so-far' })}\n${JSON.stringify(end)}\n`),
    ]
    const of = { size: 500, modifiedAt: 0, mode: 0 } as const
    const entries = [
      { name: 'a', kind: 'folder', ...of },
      { name: 'b', kind: 'file', ...of },
    ] as const
    const what = { terminalId: 't', folder: '/', names: ['a', 'b'] }
    const size = await countArchive(what, entries, moving.signal)
    assert.ok(size > 1500 && size < 8000, String(size))
  })
})

describe('where a download goes', () => {
  it('takes no more into the browser than it keeps', async () => {
    const sink = keptByBrowser(() => {})
    const huge = { length: MAX_KEPT + 1 } as Uint8Array<ArrayBuffer>
    await assert.rejects(sink.write(huge), /more than the 537 MB that this browser keeps/)
  })

  it('is the file that was chosen once it is whole, and nothing is left of one that is given up', async () => {
    const did: string[] = []
    const say = (what: string) => () => void did.push(what)
    const file = {
      createWritable: () =>
        Promise.resolve({
          write: (bytes: Uint8Array) => Promise.resolve(void did.push(`write ${bytes.length}`)),
          close: () => Promise.resolve(say('close')()),
          abort: () => Promise.resolve(say('abort')()),
        }),
      remove: () => Promise.resolve(say('remove')()),
    }
    const whole = writtenToDisk(file)
    await whole.write(bytesOf('abc'))
    await whole.finish()
    const half = writtenToDisk(file)
    await half.write(bytesOf('ab'))
    await half.giveUp()
    assert.deepEqual(did, ['write 3', 'close', 'write 2', 'abort', 'remove'])
  })

  it('says that the disk is full, and that nothing is kept', async () => {
    const full = Object.assign(new Error('no'), { name: 'QuotaExceededError' })
    const sink = writtenToDisk({
      createWritable: () =>
        Promise.resolve({
          write: () => Promise.reject(full),
          close: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        }),
    })
    await assert.rejects(sink.write(bytesOf('abc')), /Your disk is full/)
    assert.equal(sink.size, 0)
  })
})

describe('what an archive says is missing', () => {
  const block = (text: string, more: Readonly<Record<number, string>> = {}) => {
    const bytes = new Uint8Array(512)
    bytes.set(bytesOf(text))
    for (const [at, value] of Object.entries(more)) bytes.set(bytesOf(value), Number(at))
    return bytes
  }
  const end = [block(''), block('')]
  const joined = (blocks: readonly Uint8Array[]) =>
    Uint8Array.from(blocks.flatMap((one) => [...one]))

  it('is read off its end', () => {
    const note = [block(NOT_IN_ARCHIVE, { 124: '00000000007' }), block('a: no\nb')]
    assert.deepEqual(missingIn(joined([block('x'), ...note, ...end])), ['a: no', 'b'])
  })

  it('is nothing when all is in it', () => {
    assert.deepEqual(missingIn(joined([block('x'), block('content'), ...end])), [])
    assert.deepEqual(missingIn(new Uint8Array()), [])
  })
})
