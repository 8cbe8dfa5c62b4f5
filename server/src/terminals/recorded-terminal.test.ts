import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { AskRefused } from './person.ts'
import type { RecordedTerminal, TerminalRecording } from './recorder.ts'
import {
  openTerminalDesk,
  somebody,
  TestDevice,
  type TerminalDesk,
} from './testing/terminal-desk.ts'
import { startThrowAwaySshd, type ThrowAwaySshd } from './testing/throw-away-sshd.ts'

const HOST = 'i-0000000000000000a'
const never = new AbortController().signal

/** Keeps what it is given, and fails when it is told to. */
class TestRecording implements TerminalRecording {
  readonly recordingId = 'rec-1'
  readonly facts: RecordedTerminal
  readonly required: boolean
  output: TerminalRecording['output'] = (bytes) => {
    this.text += Buffer.from(bytes).toString()
    return this.full
  }
  /** Absent where input is not recorded. */
  input?: NonNullable<TerminalRecording['input']>
  text = ''
  full: Promise<void> | undefined
  sizes: string[] = []
  why: TerminalEnd | undefined
  readonly broken = Promise.withResolvers<Error>()
  readonly failed = this.broken.promise

  constructor(facts: RecordedTerminal, required: boolean) {
    this.facts = facts
    this.required = required
  }
  resized(cols: number, rows: number) {
    this.sizes.push(`${cols}x${rows}`)
  }
  async end(why: TerminalEnd) {
    this.why = why
  }
}

describe('a terminal that is recorded', () => {
  let sshd: ThrowAwaySshd
  let desk: TerminalDesk
  let made: TestRecording[] = []
  let mode: 'required' | 'wanted' | 'refused' | 'impossible' = 'wanted'
  before(async () => {
    sshd = await startThrowAwaySshd({
      shell({ channel }) {
        channel.write('$ ')
        channel.on('data', (bytes: Buffer) => {
          channel.write(bytes.toString() === 'long' ? 'x'.repeat(2 ** 20) : bytes)
        })
      },
    })
    desk = openTerminalDesk({
      hosts: { [HOST]: { port: sshd.port, hostKeys: [sshd.hostKey] } },
      recorder: {
        async begin(facts) {
          if (mode === 'refused') {
            throw new ServiceException({ code: 'RecordingFailed', status: 503, message: 'Full.' })
          }
          const recording = new TestRecording(facts, mode === 'required')
          made.push(recording)
          return mode === 'impossible' ? { unrecorded: 'the disk is full.' } : recording
        },
      },
    })
  })
  after(async () => {
    await desk.close()
    await sshd.close()
  })

  async function open() {
    made = []
    const device = new TestDevice()
    const on = await desk.terminals.open(
      somebody('alice', desk),
      { instanceId: HOST, osUser: 'deploy', cols: 80, rows: 24 },
      { device, gone: never },
    )
    device.onShown = () => void on.terminal.acknowledge(on.attachment, device.bytes)
    await device.until(() => device.text.includes('$ '))
    const [recording] = made
    if (recording === undefined) assert.fail('nothing is recorded')
    return { ...on, device, recording }
  }

  it('is kept byte for byte from its beginning, with its sizes and its end', async () => {
    mode = 'wanted'
    const { terminal, attachment, device, recording } = await open()
    assert.equal((await device.frame('ready')).recorded, true)
    assert.deepEqual(
      [recording.facts.instanceId, recording.facts.userName, recording.facts.cols],
      [HOST, 'alice', 80],
    )
    terminal.input(attachment, Buffer.from('hello'))
    await device.until(() => device.text.includes('hello'))
    terminal.resize(attachment, { cols: 100, rows: 30 })
    terminal.finish({ cause: 'ended', says: 'done' })
    assert.equal(recording.text, '$ hello')
    assert.deepEqual(recording.sizes, ['100x30'])
    assert.equal(recording.why?.cause, 'ended')
  })

  it('is not opened where it has to be recorded and cannot be', async () => {
    mode = 'refused'
    const count = desk.recorded.length
    await assert.rejects(open(), (error) => {
      return error instanceof AskRefused && error.refusal.code === 'RecordingFailed'
    })
    assert.equal(desk.recorded.length, count, 'it is on record as opened')
    assert.equal(desk.terminals.size, 0)
  })

  it('takes no more input than waits for the disk, however much the host takes (a paste without end would fill the memory)', async () => {
    mode = 'wanted'
    const { terminal, attachment, device, recording } = await open()
    const slow = Promise.withResolvers<void>()
    recording.input = () => slow.promise
    const part = Buffer.alloc(600 * 1024, '.')
    terminal.input(attachment, part)
    // The host has it, and has sent it back.
    await device.until(() => device.text.length >= part.length)
    terminal.input(attachment, part)
    assert.equal(await Promise.race([device.closed.promise, sleep(1000)]), 1008)
    slow.resolve()
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('ends with a recording that it has to have', async () => {
    mode = 'required'
    const { device, recording } = await open()
    recording.broken.resolve(new Error('the disk is full'))
    const { cause, says } = await device.frame('ended')
    assert.equal(cause, 'recording-failed')
    assert.match(says, /the disk is full/)
  })

  it('opens without one that was only wanted, and says why', async () => {
    mode = 'impossible'
    const { terminal, device } = await open()
    assert.equal((await device.frame('ready')).recorded, false)
    assert.equal((await device.frame('unrecorded')).says, 'the disk is full.')
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('goes on without one that was only wanted, and says so, on each device', async () => {
    mode = 'wanted'
    const { terminal, attachment, device, recording } = await open()
    recording.broken.resolve(new Error('the disk is full'))
    await device.frame('unrecorded')
    assert.equal(terminal.isRecorded, false)
    const reloaded = new TestDevice()
    terminal.attach(reloaded, { cols: 80, rows: 24 })
    assert.equal((await reloaded.frame('unrecorded')).says, 'the disk is full')
    terminal.input(attachment, Buffer.from('hello'))
    await device.until(() => device.text.includes('hello'))
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('waits for a disk that is slow, and no more than a window of it waits', async () => {
    mode = 'wanted'
    const { terminal, attachment, device, recording } = await open()
    const disk = Promise.withResolvers<void>()
    recording.full = disk.promise
    terminal.input(attachment, Buffer.from('long'))
    await device.until(() => device.bytes >= 256 * 1024)
    assert.ok(recording.text.length <= 600 * 1024, `${recording.text.length} wait`)
    recording.full = undefined
    disk.resolve()
    await device.until(() => device.bytes > 2 ** 20)
    terminal.finish({ cause: 'ended', says: '' })
  })
})
