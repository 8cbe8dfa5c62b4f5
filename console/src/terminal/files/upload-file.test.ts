import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MAX_UPLOAD_PIECE } from '@fleetkey/wire/terminal/file-listing'
import { uploadFile } from './upload-file.ts'

const upload = { terminalId: 't', path: '/a', name: 'abcdefgh', overwrites: false }

describe('an upload', () => {
  const kept = globalThis.XMLHttpRequest
  let sent: (readonly [offset: number, size: number])[] = []
  let refuses = false
  let comesTo = (_piece: number): 'load' | 'error' => 'load'

  /** As much of a browser's as is used. */
  class Request {
    readonly #heard = new Map<string, () => void>()
    readonly status = refuses ? 502 : 200
    readonly responseText = '{"code":"FileFailedException","message":"/a: Failure."}'
    readonly upload = { addEventListener() {} }
    timeout = 0
    #door = ''
    open(_method: string, door: string) {
      this.#door = door
    }
    setRequestHeader() {}
    addEventListener(name: string, heard: () => void) {
      this.#heard.set(name, heard)
    }
    send(piece: Blob) {
      const { searchParams } = new URL(this.#door, 'https://x')
      sent.push([Number(searchParams.get('offset')), piece.size])
      const how = comesTo(sent.length)
      setImmediate(() => this.#heard.get(how)?.())
    }
  }
  before(() => void Object.assign(globalThis, { XMLHttpRequest: Request }))
  after(() => void Object.assign(globalThis, { XMLHttpRequest: kept }))

  const send = (file: File, offset = 0, onProgress: (bytes: number) => void = () => {}) => {
    sent = []
    return uploadFile(upload, file, {
      offset,
      signal: new AbortController().signal,
      onProgress,
    })
  }
  const large = new File([new Uint8Array(MAX_UPLOAD_PIECE + 10)], 'a')

  it('goes in pieces, from where it was on', async () => {
    await send(large)
    assert.deepEqual(sent, [
      [0, MAX_UPLOAD_PIECE],
      [MAX_UPLOAD_PIECE, 10],
    ])
    await send(large, MAX_UPLOAD_PIECE + 4)
    assert.deepEqual(sent, [[MAX_UPLOAD_PIECE + 4, 6]])
    await send(new File([], 'empty'))
    assert.deepEqual(sent, [[0, 0]])
  })

  it('says that the connection was lost, and that it can be gone on with', async () => {
    comesTo = (piece) => (piece === 2 ? 'error' : 'load')
    await assert.rejects(send(large), /connection was lost\. Go on/)
  })

  it('is as far as the host has taken it when it is refused, not as far as it was sent', async () => {
    const { fetch } = globalThis
    const told: number[] = []
    globalThis.fetch = () => Promise.resolve(Response.json({ offset: 3 }))
    refuses = true
    try {
      await assert.rejects(
        send(large, 0, (bytes) => told.push(bytes)),
        /a: Failure\./,
      )
    } finally {
      refuses = false
      globalThis.fetch = fetch
    }
    assert.equal(told.at(-1), 3)
  })

  it('says that the file here has changed, which browsers tell as a network that is gone', async () => {
    comesTo = () => 'error'
    const changed = Object.assign(new File(['x'], 'a'), {
      slice: () => ({
        size: 1,
        slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
      }),
    })
    await assert.rejects(send(changed), /changed, moved or deleted since you chose it/)
  })
})
