import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Attachment } from './attachment.ts'
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

  it('gets long output in messages that a browser takes', () => {
    const lengths: number[] = []
    const device = new TestDevice()
    device.onBytes = ({ length }) => void lengths.push(length)
    new Attachment(device, undefined).paint(READY, Buffer.alloc(150_000), 0)
    assert.deepEqual(lengths, [65_536, 65_536, 18_928])
  })
})
