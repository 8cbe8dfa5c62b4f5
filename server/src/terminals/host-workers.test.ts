import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { SessionListener } from './host-session.ts'
import { HostWorkers } from './host-workers.ts'
import { AskRefused } from './person.ts'
import {
  openTerminalDesk,
  somebody,
  TestDevice,
  type TerminalDesk,
} from './testing/terminal-desk.ts'
import { startThrowAwaySshd, type ThrowAwaySshd } from './testing/throw-away-sshd.ts'

const id = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const never = new AbortController().signal

describe('the worker of a host', () => {
  let sshd: ThrowAwaySshd
  let desk: TerminalDesk
  before(async () => {
    sshd = await startThrowAwaySshd({
      shell({ channel }) {
        channel.write('$ ')
        channel.on('data', (bytes: Buffer) => void channel.write(bytes))
      },
    })
    const host = { port: sshd.port, hostKeys: [sshd.hostKey] }
    desk = openTerminalDesk({
      hosts: { [id(1)]: host, [id(2)]: host, [id(3)]: host },
      most: 2,
      deadAfterMs: 6000,
      thread: new URL('./testing/mortal-thread.ts', import.meta.url),
    })
  })
  after(async () => {
    await desk.close()
    await sshd.close()
  })

  async function open(instanceId: string) {
    const device = new TestDevice()
    const on = await desk.terminals.open(
      somebody('alice', desk),
      { instanceId, osUser: 'deploy', cols: 80, rows: 24 },
      { device, gone: never },
    )
    await device.until(() => device.text.includes('$ '))
    return {
      ...on,
      device,
      type: (text: string) => on.terminal.input(on.attachment, Buffer.from(text)),
    }
  }

  for (const [how, what] of [
    ['throws', 'throw'],
    ['fills its memory', 'fill'],
    ['goes round in circles', 'spin'],
  ] as const) {
    it(`that ${how} ends the terminals on its host, says so, and ends no other`, async () => {
      const [hit, beside, other] = await Promise.all([open(id(1)), open(id(1)), open(id(2))])
      hit.type(what)
      for (const { device } of [hit, beside]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { cause, says, mend } = await device.frame('ended')
        assert.equal(cause, 'host-misbehaved')
        assert.match(says, /all terminals on this host have ended, no others/)
        assert.ok(mend)
        // An error may have in it what the host sent: to pages, into the log and on record.
        assert.ok(says.length < 500 && !says.includes('\x1b'), says.slice(0, 100))
      }
      other.type('still here')
      await other.device.until(() => other.device.text.includes('still here'))
      const again = await open(id(1))
      for (const { terminal } of [again, other]) terminal.finish({ cause: 'ended', says: '' })
    })
  }

  it('is one of so many: another host is refused until one of them is left', async () => {
    const [one, two] = await Promise.all([open(id(1)), open(id(2))])
    await assert.rejects(open(id(3)), (error) => {
      return error instanceof AskRefused && error.refusal.code === 'ThrottlingException'
    })
    one.terminal.finish({ cause: 'ended', says: '' })
    const three = await open(id(3))
    for (const { terminal } of [two, three]) terminal.finish({ cause: 'ended', says: '' })
    assert.equal(desk.workers.size, 2)
  })

  it('leaves its compiled code for the next one (a first terminal would wait for it each time)', async () => {
    const compiled = mkdtempSync(join(tmpdir(), 'fleetkey-compiled-'))
    const workers = new HostWorkers({ most: 1, compiled, log: { info() {}, warn() {} } })
    try {
      await workers.begin(id(1), NOBODY)
      await workers.close()
      assert.ok(readdirSync(compiled, { recursive: true }).length > 10)
    } finally {
      rmSync(compiled, { recursive: true, force: true })
    }
  })
})

const NOBODY: SessionListener = {
  reached() {},
  unreached() {},
  letIn() {},
  started() {},
  output() {},
  taken() {},
  failed() {},
  ended() {},
}
