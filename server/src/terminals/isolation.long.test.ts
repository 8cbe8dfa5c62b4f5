import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { AskRefused } from './person.ts'
import { LOGINS, NO_LOGINS, type Login, type NoLogin } from './testing/hostile-hosts.ts'
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
/** Each in a worker of its own, as any host. */
const HOSTILE = [...NO_LOGINS, ...(Object.keys(LOGINS) as Login[])]
const SILENT: readonly NoLogin[] = ['never says anything', 'never answers the login']
const hostileId = (name: NoLogin | Login) => hostId(0xbad00 + HOSTILE.indexOf(name))

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
  /** These are given twenty seconds each, in which the others are opened. */
  let silent: Promise<readonly PromiseSettledResult<void>[]> = Promise.resolve([])

  async function thread<Ready>(file: string): Promise<Ready> {
    const worker = new Worker(new URL(`./testing/${file}`, import.meta.url))
    threads.push(worker)
    const [ready] = (await once(worker, 'message')) as [Ready]
    worker.on('message', (message) => mixedUp.push(message))
    return ready
  }

  before(async () => {
    const [one, other, { ports, hostKey }] = await Promise.all([
      thread<{ port: number; hostKey: string }>('watermark-sshd.ts'),
      thread<{ port: number; hostKey: string }>('watermark-sshd.ts'),
      thread<{ ports: Record<string, number>; hostKey: string }>('hostile-sshd.ts'),
    ])
    const honest = Array.from({ length: HOSTS }, (_, index) => {
      const { port, hostKey } = index % 2 === 0 ? one : other
      return [hostId(index + 1), { port, hostKeys: [hostKey] }] as const
    })
    const hostile = HOSTILE.map(
      (name) => [hostileId(name), { port: ports[name] ?? 0, hostKeys: [hostKey] }] as const,
    )
    desk = openTerminalDesk({ compiled, hosts: Object.fromEntries([...honest, ...hostile]) })
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
    silent = Promise.allSettled(SILENT.map(isRefused))
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

  it('shows each what is its own and no foreign byte, beside hosts that do all that is wrong', async () => {
    const attacks = attack()
    const rounds = sessions.map(async (session) => {
      for (let round = 1; round <= 3; round++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await say(session, () => session.lines >= round * 200)
      }
    })
    await Promise.all(rounds)
    await attacks
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
    const flood = meets('sends more than it is let')
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

  /** Every way of being hostile, one after the other, beside those that are only waited for: what one of them does shows in its own outcome. */
  async function attack(): Promise<void> {
    /* oxlint-disable no-await-in-loop -- one after the other */
    for (const name of Object.keys(LOGINS) as Login[]) await meets(name)
    for (const name of NO_LOGINS) if (!SILENT.includes(name)) await isRefused(name)
    /* oxlint-enable no-await-in-loop */
    const late = await silent
    assert.ok(late.every(({ status }) => status === 'fulfilled'))
  }

  async function isRefused(name: NoLogin): Promise<void> {
    const opening = open(hostileId(name), new TestDevice(), 'victim')
    await assert.rejects(opening, (error) => error instanceof AskRefused, name)
  }

  async function meets(name: Login): Promise<void> {
    const device = new TestDevice()
    const { terminal } = await open(hostileId(name), device, 'victim')
    if (LOGINS[name] === 'open') {
      await device.until(() => device.text.includes('still here') || terminal.end !== undefined)
      assert.equal(terminal.end, undefined, name)
      terminal.finish({ cause: 'ended', says: '' })
      return
    }
    device.onBytes = () => {}
    const { cause } = await device.frame('ended')
    assert.equal(cause, 'host-misbehaved', name)
    assert.ok(terminal.bytes.output < 2 * 2 ** 20, `${name}: it was let send more than its window`)
  }
})
