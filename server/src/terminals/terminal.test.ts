import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
const LINES = Buffer.from('a line of a flood\r\n'.repeat(3000))

/** A shell that floods as fast as it is let, on a page that keeps 100 lines. */
function flooded() {
  const clock = { now: 0 }
  let granted = WINDOW
  let sent = 0
  const terminal = new Terminal({
    facts: FACTS,
    size: { cols: 80, rows: 24 },
    session: {
      grant: (bytes: number) => (granted += bytes),
      end() {},
      input() {},
      resize() {},
    } as never,
    recording: undefined,
    times: { graceMs: 1e9, idleMs: Infinity, maxMs: 1e9 },
    now: () => clock.now,
    explain: (end) => Promise.resolve(end),
    ended: () => {},
  })
  const device = new TestDevice()
  device.onBytes = () => {}
  const attachment = terminal.attach(device, { cols: 80, rows: 24 })
  terminal.acknowledge(attachment, 0, 100)
  /** As much as the window lets, up to so many bytes. */
  const flood = (most: number) => {
    const until = sent + most
    while (sent + LINES.length <= Math.min(granted, until)) {
      sent += LINES.length
      terminal.output(LINES)
    }
    return sent
  }
  const render = () => terminal.acknowledge(attachment, device.bytes, 100)
  const end = () => terminal.finish({ cause: 'ended', says: '' })
  return { clock, flood, render, end }
}

const MEGABYTE = 2 ** 20

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
