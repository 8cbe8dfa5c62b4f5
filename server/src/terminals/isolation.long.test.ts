import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { AskRefused } from './person.ts'
import {
  openTerminalDesk,
  somebody,
  TestDevice,
  type TerminalDesk,
} from './testing/terminal-desk.ts'
import type { OnDevice } from './terminals.ts'

const WANTED = 2000
const HOSTS = 20
const AT_ONCE = 48
/** What the machine did not open by then is not waited for: the others are looked at. */
const OPEN_WITHIN_MS = 40_000
const LEAST = 500
const LINES_OF_EACH = 3 * 200

const never = new AbortController().signal
const hostId = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const RAW_HOSTILE = hostId(0xbad)
const FLOOD_HOSTILE = hostId(0xbad2)

interface Session {
  readonly mark: string
  readonly on: OnDevice
  readonly device: TestDevice
  lines: number
  foreign: string | undefined
}

describe('terminals of many people on many hosts', { timeout: 120_000 }, () => {
  const compiled = mkdtempSync(join(tmpdir(), 'fleetkey-compiled-'))
  const threads: Worker[] = []
  const mixedUp: unknown[] = []
  let desk: TerminalDesk
  let sessions: Session[] = []

  async function thread(file: string) {
    const worker = new Worker(new URL(`./testing/${file}`, import.meta.url))
    threads.push(worker)
    const [ready] = (await once(worker, 'message')) as [Record<string, number & string>]
    worker.on('message', (message) => mixedUp.push(message))
    return ready
  }

  before(async () => {
    const [one, other, hostile] = await Promise.all([
      thread('watermark-sshd.ts'),
      thread('watermark-sshd.ts'),
      thread('hostile-sshd.ts'),
    ])
    const honest = Array.from({ length: HOSTS }, (_, index) => {
      const { port = 0, hostKey = '' } = index % 2 === 0 ? one : other
      return [hostId(index + 1), { port, hostKeys: [hostKey] }] as const
    })
    const { rawPort = 0, floodPort = 0, hostKey = '' } = hostile
    desk = openTerminalDesk({
      compiled,
      hosts: {
        ...Object.fromEntries(honest),
        [RAW_HOSTILE]: { port: rawPort, hostKeys: [hostKey] },
        [FLOOD_HOSTILE]: { port: floodPort, hostKeys: [hostKey] },
      },
    })
  })
  after(async () => {
    await desk.close()
    await Promise.all(threads.map((worker) => worker.terminate()))
    rmSync(compiled, { recursive: true, force: true })
  })

  const open = (instanceId: string, device: TestDevice, person: string) =>
    desk.terminals.open(
      somebody(person, { asked: [] }),
      { instanceId, osUser: 'deploy', cols: 80, rows: 24 },
      { device, gone: never },
    )

  async function openMarked(index: number): Promise<Session> {
    const device = new TestDevice()
    const mark = `mark-${index}-of-its-own`
    const on = await open(hostId((index % HOSTS) + 1), device, `person-${index}`)
    const session: Session = { mark, on, device, lines: 0, foreign: undefined }
    let rest = ''
    device.onBytes = (bytes) => {
      const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      session.foreign ??= lines.find((line) => line !== mark)
      session.lines += lines.length
    }
    device.onShown = () => void on.terminal.acknowledge(on.attachment, device.bytes)
    return session
  }

  /** Types the mark, and waits until all of it is back. */
  async function say(session: Session, isBack: () => boolean) {
    const { mark, on, device } = session
    on.terminal.input(on.attachment, Buffer.from(`${mark}\r`))
    await device.until(() => isBack() || session.foreign !== undefined)
  }

  it(`opens ${WANTED}, or as many as the machine can in the time`, async (context) => {
    const deadline = performance.now() + OPEN_WITHIN_MS
    const begun = performance.now()
    let next = 0
    const worker = async () => {
      while (next < WANTED && performance.now() < deadline) {
        // oxlint-disable-next-line no-await-in-loop -- so many at a time
        sessions.push(await openMarked(next++))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const took = Math.round(performance.now() - begun)
    const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
    context.diagnostic(`${sessions.length} terminals in ${took} ms; the process has ${memory} MB`)
    assert.ok(sessions.length >= LEAST, `only ${sessions.length}`)
  })

  it('shows each what is its own and no foreign byte, beside hosts that do all that is wrong', async (context) => {
    const attacks = attack()
    const rounds = sessions.map(async (session) => {
      for (let round = 1; round <= 3; round++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await say(session, () => session.lines >= round * 200)
      }
    })
    await Promise.all(rounds)
    const { refused, ended } = await attacks
    context.diagnostic(`hostile hosts: ${refused} refused, ${ended} ended`)
    assert.deepEqual(
      sessions
        .filter(({ foreign }) => foreign !== undefined)
        .map(({ mark, foreign }) => [mark, foreign]),
      [],
    )
    assert.deepEqual(mixedUp, [])
    assert.ok(sessions.every(({ lines }) => lines === LINES_OF_EACH))
    assert.ok(
      sessions.every(({ on }) => on.terminal.end === undefined),
      'an honest one ended',
    )
  })

  it('answers a key at once while a host floods', async (context) => {
    const flood = attack()
    const times: number[] = []
    for (const session of sessions.slice(0, 100)) {
      const { lines } = session
      const begun = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await say(session, () => session.lines > lines)
      times.push(performance.now() - begun)
    }
    await flood
    times.sort((one, other) => one - other)
    context.diagnostic(
      `key to answer: p50 ${times[50]?.toFixed(1)} ms, p99 ${times[98]?.toFixed(1)} ms`,
    )
    assert.ok((times[50] ?? Infinity) < 250, `half of them took ${times[50]} ms or more`)
  })

  /** Every way of being hostile once, and a flood for each. */
  async function attack(): Promise<{ readonly refused: number; readonly ended: number }> {
    let refused = 0
    let ended = 0
    const raw = Array.from({ length: 6 }, async () => {
      try {
        await open(RAW_HOSTILE, new TestDevice(), 'victim')
        assert.fail('a host that speaks no SSH was let in')
      } catch (error) {
        if (!(error instanceof AskRefused)) throw error
        refused++
      }
    })
    const floods = Array.from({ length: 2 }, async () => {
      const device = new TestDevice()
      device.onBytes = () => {}
      const { terminal } = await open(FLOOD_HOSTILE, device, 'victim')
      const { cause } = await device.frame('ended')
      assert.equal(cause, 'host-misbehaved')
      assert.ok(terminal.bytes.output < 2 * 2 ** 20, 'it was let send more than its window')
      ended++
    })
    await Promise.all([...raw, ...floods])
    return { refused, ended }
  }
})
