import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type { WebSocket } from 'ws'
import { PageDevice } from './page-device.ts'

const FROM = { sourceAddress: '192.0.2.7', userAgent: 'test' }

/** A page that takes nothing of what it is sent. */
class DeafPage extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  isCut = false
  send(data: string | Uint8Array): void {
    this.bufferedAmount += data.length
  }
  ping(): void {}
  terminate(): void {
    this.isCut = true
    this.readyState = 3
    this.emit('close')
  }
}

describe('a page that takes nothing of what it is sent', () => {
  const said: readonly (readonly [string, (device: PageDevice) => void])[] = [
    ['asks for answer after answer', (device) => device.say({ type: 'pong' })],
    ['says that it rendered what it did not read', (device) => device.show(Buffer.alloc(65_536))],
  ]
  for (const [what, say] of said) {
    it(`is cut when it ${what} (the server would keep all of it)`, () => {
      const page = new DeafPage()
      const device = new PageDevice(page as unknown as WebSocket, FROM)
      for (let count = 0; count < 2_000_000 && !page.isCut; count++) say(device)
      assert.ok(page.isCut)
      assert.ok(page.bufferedAmount < 8 << 20)
    })
  }

  it('is kept with all that a terminal sends ahead: a repaint and a megabyte', () => {
    const page = new DeafPage()
    const device = new PageDevice(page as unknown as WebSocket, FROM)
    for (let sent = 0; sent < 1.5 * (1 << 20); sent += 65_536) device.show(Buffer.alloc(65_536))
    assert.ok(!page.isCut)
    page.terminate()
  })
})
