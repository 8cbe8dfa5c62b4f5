import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { Terminal } from './terminal.ts'
import { TestDevice } from './testing/terminal-desk.ts'

const FACTS = {
  terminalId: `t-${'a'.repeat(32)}`,
  instanceId: 'i-0',
  osUser: 'deploy',
  owner: 'AIDAANN',
  principalArn: 'arn:aws:iam::111122223333:user/ann',
  userName: 'ann',
  grantRequestId: '0198',
  startedAt: 0,
} as const
const WINDOW = 512 * 1024
const MEGABYTE = 2 ** 20
const LINES = Buffer.from('a line of a flood\r\n'.repeat(3000))

/** A shell that says and takes what a test wants, without a host. */
function shell(explain = (end: TerminalEnd) => Promise.resolve(end)) {
  const clock = { now: 0 }
  const typed: string[] = []
  const granted = { bytes: WINDOW }
  const terminal = new Terminal({
    facts: FACTS,
    size: { cols: 80, rows: 24 },
    session: {
      grant: (bytes: number) => (granted.bytes += bytes),
      end() {},
      input: (bytes: Uint8Array) => typed.push(Buffer.from(bytes).toString()),
      resize() {},
    } as never,
    recording: undefined,
    times: { graceMs: 1e9, idleMs: Infinity, maxMs: 1e9 },
    now: () => clock.now,
    explain,
    ended: () => {},
  })
  const end = () => terminal.finish({ cause: 'ended', says: '' })
  return { clock, granted, terminal, typed, end }
}

describe('a terminal', () => {
  it('takes nothing from who watches: keys, answers, a size', () => {
    const { terminal, typed, end } = shell()
    const watcher = terminal.attach(new TestDevice(), undefined)
    terminal.input(watcher, Buffer.from('rm'))
    terminal.answer(watcher, Buffer.from('\u001b[1;1R'))
    terminal.turnTo(watcher)
    terminal.answer(watcher, Buffer.from('\u001b[1;1R'))
    terminal.resize(watcher, { cols: 1, rows: 1 })
    assert.deepEqual(typed, [])
    assert.deepEqual(terminal.size, { cols: 80, rows: 24 })
    end()
  })

  it('tells why its host ended it as it is found out, not as it looked', async () => {
    const found = { cause: 'right-withdrawn', says: 'It was withdrawn.' } as const
    const { terminal } = shell(() => Promise.resolve(found))
    const device = new TestDevice()
    terminal.attach(device, { cols: 80, rows: 24 })
    terminal.hostEnded({ cause: 'signalled', says: 'TERM ended the shell on the host.' })
    assert.deepEqual(await device.frame('ended'), { type: 'ended', ...found })
  })
})

/** One that floods as fast as it is let, on a page that keeps 100 lines. */
function flooded() {
  const { clock, granted, terminal, end } = shell()
  let sent = 0
  const device = new TestDevice()
  device.onBytes = () => {}
  const attachment = terminal.attach(device, { cols: 80, rows: 24 })
  terminal.acknowledge(attachment, 0, 100)
  /** As much as the window lets, up to so many bytes. */
  const flood = (most: number) => {
    const until = sent + most
    while (sent + LINES.length <= Math.min(granted.bytes, until)) {
      sent += LINES.length
      terminal.output(LINES)
    }
    return sent
  }
  const render = () => terminal.acknowledge(attachment, device.bytes, 100)
  return { clock, flood, render, end }
}

describe('a flood of lines that nobody can come to see', () => {
  it('goes on without them as long as its page renders the rest', () => {
    const { clock, flood, render, end } = flooded()
    for (let turn = 0; turn < 200; turn++) {
      flood(MEGABYTE)
      clock.now += 50
      render()
    }
    assert.ok(flood(MEGABYTE) > 150 * MEGABYTE)
    end()
  })

  it('is held up where its page renders nothing (a tab that sleeps would keep a core of host and server busy)', () => {
    const { clock, flood, render, end } = flooded()
    for (let turn = 0; turn < 60; turn++) {
      flood(MEGABYTE)
      clock.now += 100
    }
    const held = flood(MEGABYTE)
    assert.ok(held < 30 * MEGABYTE, `${held} bytes`)
    clock.now += 10_000
    assert.equal(flood(MEGABYTE), held)
    render()
    assert.ok(flood(MEGABYTE) > held)
    end()
  })
})

describe('what devices answer to a question of the host', () => {
  const size = { cols: 80, rows: 24 }
  const QUESTION = Buffer.from('\x1b[6n')

  function onTwo() {
    const { terminal, typed, end } = shell()
    const page = () => {
      const device = new TestDevice()
      const attachment = terminal.attach(device, size)
      return {
        attachment,
        answer: (text: string) => terminal.answer(attachment, Buffer.from(text)),
        render: () => terminal.acknowledge(attachment, device.bytes),
      }
    }
    return { terminal, typed, end, laptop: page(), phone: page() }
  }

  it('goes to it from the one that was told to answer, and from no other (each would be typed once more)', () => {
    const { terminal, typed, end, laptop, phone } = onTwo()
    terminal.output(QUESTION)
    phone.answer('phone')
    laptop.answer('laptop')
    assert.deepEqual(typed, ['laptop'])
    terminal.detach(laptop.attachment)
    laptop.answer('gone')
    phone.answer('phone')
    assert.deepEqual(typed, ['laptop', 'phone'])
    end()
  })

  it('is taken of the one that had the say when it was asked, until that has rendered the question', () => {
    const { terminal, typed, end, laptop, phone } = onTwo()
    terminal.output(QUESTION)
    terminal.turnTo(phone.attachment)
    laptop.answer('to what was asked before')
    laptop.render()
    laptop.answer('late')
    assert.deepEqual(typed, ['to what was asked before'])
    terminal.turnTo(laptop.attachment)
    laptop.answer('again')
    assert.deepEqual(typed.at(-1), 'again')
    end()
  })
})

describe('the say over a terminal', () => {
  it('goes back to who had it before, not to who came in between and was never turned to', () => {
    const { terminal, end } = shell()
    const attach = (cols: number) => terminal.attach(new TestDevice(), { cols, rows: 24 })
    attach(80)
    attach(90)
    const phone = attach(40)
    terminal.turnTo(phone)
    assert.equal(terminal.size.cols, 40)
    terminal.detach(phone)
    assert.equal(terminal.size.cols, 80)
    end()
  })
})
