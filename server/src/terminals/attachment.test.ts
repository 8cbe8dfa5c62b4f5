import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Attachment } from './attachment.ts'
import { until } from '../testing/until.ts'
import { TestDevice } from './testing/terminal-desk.ts'

const READY = {
  type: 'ready',
  terminalId: `t-${'a'.repeat(32)}`,
  instanceId: 'i-0',
  osUser: 'deploy',
  startedAt: 0,
  recorded: false,
  cols: 80,
  rows: 24,
} as const
const MEGABYTE = 1024 * 1024

function painted(replay = '') {
  const device = new TestDevice()
  const attachment = new Attachment(device, { cols: 80, rows: 24 })
  attachment.paint(READY, Buffer.from(replay), 1000)
  return { device, attachment }
}

describe('a terminal on a device', () => {
  it('is painted between ready and replayed, and counts that', () => {
    const { device, attachment } = painted('before')
    assert.deepEqual(device.frames, [{ ...READY, replayBytes: 6 }, { type: 'replayed' }])
    assert.equal(device.text, 'before')
    assert.equal(attachment.rendered, 1000)
    attachment.show(Buffer.from('after'))
    assert.equal(attachment.acknowledge(6), true)
    assert.equal(attachment.rendered, 1000)
    assert.equal(attachment.acknowledge(11), true)
    assert.equal(attachment.rendered, 1005)
  })

  it('is told that it claims what cannot be: more than it was sent, or less than before', () => {
    const { attachment } = painted('before')
    assert.equal(attachment.acknowledge(7), false)
    assert.equal(attachment.acknowledge(5), true)
    assert.equal(attachment.acknowledge(4), false)
  })

  it('is left behind by two megabytes, and painted anew when it has rendered that (memory for who is slow)', () => {
    const { device, attachment } = painted()
    device.onBytes = () => {}
    for (let count = 0; count < 40; count++) attachment.show(Buffer.alloc(65_536))
    assert.equal(device.bytes, 2 * MEGABYTE)
    assert.equal(attachment.wantsPaint, false)
    attachment.acknowledge(2 * MEGABYTE)
    assert.equal(attachment.wantsPaint, true)
    attachment.paint(READY, Buffer.from('now'), 5000)
    assert.equal(attachment.wantsPaint, false)
    attachment.show(Buffer.from('!'))
    assert.equal(device.bytes, 4)
    assert.equal(attachment.acknowledge(4), true)
    assert.equal(attachment.rendered, 5001)
  })

  it('is sent no lines of a flood that it will not keep, and they count as rendered', () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 1000)
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    for (let count = 0; count < 1000; count++) attachment.show(lines)
    assert.ok(device.bytes < 600_000, `${device.bytes}`)
    while (attachment.rendered < 1000 + 1000 * lines.length) {
      assert.equal(attachment.acknowledge(device.bytes, 1000), true)
    }
    assert.equal(attachment.rendered, 1000 + 1000 * lines.length)
    assert.ok(device.text.endsWith('a line of a flood\r\n'.repeat(1000)))
  })

  it('is sent every line where it does not say what it keeps, or keeps more than is worth waiting for', () => {
    for (const keeps of [undefined, 1_000_000]) {
      const { device, attachment } = painted()
      attachment.acknowledge(0, keeps)
      const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
      for (let count = 0; count < 100; count++) {
        attachment.show(lines)
        attachment.acknowledge(device.bytes, keeps)
      }
      attachment.acknowledge(device.bytes, keeps)
      assert.equal(device.bytes, 100 * lines.length)
    }
  })

  it('is sent every line while what it renders may change how many it keeps', () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 10)
    attachment.show(Buffer.from('\u001b[2;5r'))
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    for (let count = 0; count < 30; count++) attachment.show(lines)
    assert.equal(device.bytes, 6 + 30 * lines.length)
  })

  it('holds a host up by what is under way, not by what waits to become needless', () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 1000)
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    let received = 1000
    for (let count = 0; count < 5; count++, received += lines.length) attachment.show(lines)
    assert.equal(received - attachment.rendered, device.bytes)
  })

  it('has all that waits when no more comes', async () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 1000)
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    for (let count = 0; count < 20; count++) attachment.show(lines)
    const shown = Promise.withResolvers<void>()
    device.onShown = () => {
      if (device.text.endsWith('the end')) shown.resolve()
    }
    attachment.show(Buffer.from('the end'))
    assert.ok(!device.text.endsWith('the end'))
    await shown.promise
  })

  it('is sent nothing of a flood after a key until it is over, and an echo at once', () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 1000)
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    for (let count = 0; count < 10; count++) attachment.show(lines)
    attachment.typed()
    const sent = device.bytes
    attachment.acknowledge(sent, 1000)
    assert.equal(device.bytes, sent)
    attachment.say({ type: 'pong' })
    attachment.acknowledge(device.bytes, 1000)
    attachment.typed()
    attachment.show(Buffer.from('x'))
    assert.ok(device.text.endsWith('x'))
  })

  it('is told after a key in a flood when nothing is held back: it is over, or goes on', async () => {
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    const told = ({ frames }: TestDevice) =>
      frames.filter(({ type }) => type === 'caught-up').length
    const flooded = () => {
      const { device, attachment } = painted()
      attachment.acknowledge(0, 1000)
      for (let count = 0; count < 5; count++) attachment.show(lines)
      attachment.typed()
      assert.equal(told(device), 0)
      return { device, attachment }
    }
    const [goesOn, prompts, quiet] = [flooded(), flooded(), flooded()]
    for (let count = 0; count < 20; count++) {
      goesOn.attachment.show(lines)
      // Held down: it goes on all the same.
      goesOn.attachment.typed()
    }
    assert.equal(told(goesOn.device), 1)
    prompts.attachment.show(Buffer.from('^C\r\n\u001b[?2004h$ '))
    assert.equal(told(prompts.device), 1)
    assert.ok(prompts.device.text.endsWith('$ '))
    await until(() => told(quiet.device) === 1)
    const { device, attachment } = painted()
    attachment.typed()
    attachment.show(Buffer.from('x'))
    assert.equal(told(device), 0)
  })

  it('has all that waits before it is told anything else, as the end of the shell', () => {
    const { device, attachment } = painted()
    attachment.acknowledge(0, 1000)
    const lines = Buffer.from('a line of a flood\r\n'.repeat(3000))
    for (let count = 0; count < 20; count++) attachment.show(lines)
    attachment.show(Buffer.from('the end'))
    assert.ok(!device.text.endsWith('the end'))
    attachment.say({ type: 'pong' })
    assert.ok(device.text.endsWith('the end'))
  })

  it('gets long output in messages that a browser takes', () => {
    const lengths: number[] = []
    const device = new TestDevice()
    device.onBytes = ({ length }) => void lengths.push(length)
    new Attachment(device, undefined).paint(READY, Buffer.alloc(150_000), 0)
    assert.deepEqual(lengths, [65_536, 65_536, 18_928])
  })
})
