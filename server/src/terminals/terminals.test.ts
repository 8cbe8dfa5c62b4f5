import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AskRefused } from './person.ts'
import {
  openTerminalDesk,
  somebody,
  TestDevice,
  type TerminalDesk,
} from './testing/terminal-desk.ts'
import { startThrowAwaySshd, type ThrowAwaySshd } from './testing/throw-away-sshd.ts'
import { until } from '../testing/until.ts'
import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import { TerminalOver } from './terminal-over.ts'
import type { OnDevice } from './terminals.ts'

const HOST = 'i-0000000000000000a'
const LIAR = 'i-0000000000000000b'
const DENIER = 'i-0000000000000000c'
const NOBODY = 'i-0000000000000000d'
const SHELLLESS = 'i-0000000000000000e'
const KEYLESS = 'i-0000000000000000f'
const size = { cols: 80, rows: 24 }
const never = new AbortController().signal

/** A page whose screen answers each `?` of the host with `!`, where it is the one to. */
class AnsweringDevice extends TestDevice {
  on!: OnDevice
  asked = 0
  answered = 0
  #answers = false
  override say(frame: ServerFrame): void {
    if (frame.type === 'devices') this.#answers = frame.answers
    super.say(frame)
  }
  override onShown = (): void => {
    const asked = this.text.split('?').length - 1
    const isRepaint = this.on === undefined
    for (; this.asked < asked; this.asked++) {
      if (isRepaint || !this.#answers) continue
      this.answered++
      this.on.terminal.answer(this.on.attachment, Buffer.from('!'))
    }
  }
}

describe('a terminal', () => {
  let sshd: ThrowAwaySshd
  let denier: ThrowAwaySshd
  let shellless: ThrowAwaySshd
  let desk: TerminalDesk

  before(async () => {
    sshd = await startThrowAwaySshd({
      shell({ osUser, channel, size: { cols, rows } }) {
        channel.write(`${osUser} ${cols}x${rows}$ `)
        channel.on('data', (bytes: Buffer) => {
          const said = bytes.toString()
          if (said === 'long\r') channel.write('x'.repeat(3 * 2 ** 20) + 'end')
          else if (said === 'exit\r') {
            channel.exit(3)
            channel.end()
          } else channel.write(said)
        })
      },
      resized: ({ channel, size: { cols, rows } }) => void channel.write(`<${cols}x${rows}>`),
    })
    denier = await startThrowAwaySshd({ shell() {}, refuses: true })
    shellless = await startThrowAwaySshd({ shell() {}, givesNoShell: true })
    desk = openTerminalDesk({
      hosts: {
        [HOST]: { port: sshd.port, hostKeys: [sshd.hostKey] },
        [LIAR]: { port: sshd.port, hostKeys: [denier.hostKey] },
        [DENIER]: { port: denier.port, hostKeys: [denier.hostKey] },
        [SHELLLESS]: { port: shellless.port, hostKeys: [shellless.hostKey] },
        [KEYLESS]: { port: sshd.port, hostKeys: [] },
        [NOBODY]: { port: 1, hostKeys: [sshd.hostKey] },
      },
    })
  })
  after(async () => {
    await desk.close()
    await sshd.close()
    await denier.close()
    await shellless.close()
  })

  const open = async (device: TestDevice, person = somebody('alice', desk), instanceId = HOST) =>
    desk.terminals.open(person, { instanceId, osUser: 'deploy', ...size }, { device, gone: never })

  it('comes to a prompt by its steps, and is on record before', async () => {
    desk.asked.length = 0
    desk.recorded.length = 0
    const device = new TestDevice()
    const { terminal } = await open(device)
    await device.until(() => device.text.includes('deploy 80x24$ '))
    const steps = device.frames.flatMap((frame) => (frame.type === 'step' ? [frame.step] : []))
    assert.deepEqual(steps, ['push', 'reach', 'ssh', 'shell'])
    assert.deepEqual(
      desk.asked.map(([operation]) => operation),
      ['SendSSHPublicKey'],
    )
    assert.match(String(desk.asked[0]?.[1]['SSHPublicKey']), /^ssh-ed25519 \S+$/)
    assert.deepEqual(desk.recorded, ['OpenTerminal'])
    terminal.finish({ cause: 'ended', says: '' })
    assert.equal(await device.closed.promise, 1000)
    assert.deepEqual(desk.recorded, ['OpenTerminal', 'CloseTerminal ended'])
  })

  it('has a key of its own, also beside another of the same person on the same host', async () => {
    desk.asked.length = 0
    const both = await Promise.all([open(new TestDevice()), open(new TestDevice())])
    const keys = desk.asked.map(([, { SSHPublicKey }]) => SSHPublicKey)
    assert.equal(new Set(keys).size, 2)
    for (const { terminal } of both) terminal.finish({ cause: 'ended', says: '' })
  })

  it('goes on on another device, with what was there, and with its size when that one types', async () => {
    const laptop = new TestDevice()
    const { terminal, attachment } = await open(laptop)
    terminal.input(attachment, Buffer.from('hello'))
    await laptop.until(() => laptop.text.includes('hello'))
    const phone = new TestDevice()
    const { terminalId } = terminal.facts
    const small = { cols: 40, rows: 20 }
    desk.recorded.length = 0
    const on = await desk.terminals.attach(somebody('alice', desk), { terminalId, ...small }, phone)
    assert.deepEqual(desk.recorded, ['AttachTerminal'])
    assert.match(phone.text, /^deploy 80x24\$ hello$/)
    assert.equal((await phone.frame('ready')).replayBytes, phone.text.length)
    const both = { type: 'devices', attached: 2, watching: 0 } as const
    assert.deepEqual(laptop.frames.at(-1), { ...both, answers: true })
    assert.deepEqual(phone.frames.at(-1), { ...both, answers: false })
    on.terminal.input(on.attachment, Buffer.from('!'))
    await laptop.until(() => laptop.text.includes('<40x20>'))
    await laptop.until(() => laptop.text.includes('!'))
    assert.deepEqual(await laptop.frame('resized'), { type: 'resized', ...small })
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('has the size of the device that somebody turned to last, and of the one before when that leaves', async () => {
    const laptop = new TestDevice()
    const { terminal, attachment } = await open(laptop)
    const { terminalId } = terminal.facts
    const phone = { cols: 40, rows: 20 }
    const attach = async (of: typeof size) =>
      await desk.terminals.attach(somebody('alice', desk), { terminalId, ...of }, new TestDevice())
    const on = await attach(phone)
    const tablet = await attach({ cols: 60, rows: 30 })
    assert.deepEqual(terminal.size, size, 'one that came by itself changed it')
    desk.clock.passedMs += 1000
    terminal.turnTo(on.attachment)
    assert.deepEqual(terminal.size, phone)
    assert.ok(terminal.idleMs >= 1000, 'nobody typed')
    terminal.resize(tablet.attachment, { cols: 61, rows: 31 })
    assert.deepEqual(terminal.size, phone, 'one that nobody is at changed it')
    terminal.turnTo(attachment)
    terminal.turnTo(on.attachment)
    terminal.detach(on.attachment)
    assert.deepEqual(terminal.size, size)
    terminal.detach(attachment)
    assert.deepEqual(terminal.size, { cols: 61, rows: 31 })
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('is answered by one of its devices, whichever they are typed on (the host had each answer twice, the second as if it were typed)', async () => {
    const { terminal, attachment } = await open(new TestDevice())
    const { terminalId } = terminal.facts
    const pages = [new AnsweringDevice(), new AnsweringDevice()] as const
    for (const page of pages) {
      const as = somebody('alice', desk)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      page.on = await desk.terminals.attach(as, { terminalId, ...size }, page)
    }
    terminal.detach(attachment)
    const [laptop, phone] = pages
    for (let count = 1; count <= 50; count++) {
      const page = count % 2 === 0 ? laptop : phone
      // Each is echoed, and is a question to both.
      terminal.input(page.on.attachment, Buffer.from('?'))
      // Before what was asked is answered the other one is turned to.
      if (count % 3 === 0) terminal.turnTo((count % 2 === 0 ? phone : laptop).on.attachment)
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      await Promise.all(pages.map((each) => each.until(() => each.asked === count)))
    }
    await laptop.until(() => laptop.text.split('!').length > 50)
    assert.equal(laptop.text.split('!').length, 51)
    assert.ok(laptop.answered > 0 && phone.answered > 0)
    terminal.detach(phone.on.attachment)
    const alone = laptop.frames.at(-1)
    assert.deepEqual(alone, { type: 'devices', attached: 1, watching: 0, answers: true })
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('tells its size as its own frames have it, however a page told it (its type went out again, and no page knew what was meant)', async () => {
    const laptop = new TestDevice()
    const { terminal, attachment } = await open(laptop)
    const frame = { type: 'resize', cols: 100, rows: 30 } as const
    terminal.resize(attachment, frame)
    assert.deepEqual(await laptop.frame('resized'), { type: 'resized', cols: 100, rows: 30 })
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('is its person’s, however many watch it (sixteen would keep them out until it ends)', async () => {
    const { terminal, attachment } = await open(new TestDevice())
    const { terminalId } = terminal.facts
    for (let count = 0; count < 16; count++) desk.terminals.watch(terminalId, new TestDevice())
    assert.throws(
      () => desk.terminals.watch(terminalId, new TestDevice()),
      (error) => error instanceof AskRefused && error.refusal.code === 'ThrottlingException',
    )
    terminal.detach(attachment)
    const back = new TestDevice()
    await desk.terminals.attach(somebody('alice', desk), { terminalId, ...size }, back)
    assert.deepEqual(terminal.devices, { attached: 1, watching: 16 })
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('hears nothing more of a device that was let go (its connection may stay for half a minute)', async () => {
    const laptop = new TestDevice()
    const phone = new TestDevice()
    const { terminal, attachment } = await open(laptop)
    const { terminalId } = terminal.facts
    const on = await desk.terminals.attach(somebody('alice', desk), { terminalId, ...size }, phone)
    terminal.input(attachment, Buffer.alloc(1024 * 1024 + 1))
    assert.equal(await laptop.closed.promise, 1008)
    terminal.input(attachment, Buffer.from('from the laptop'))
    terminal.resize(attachment, { cols: 100, rows: 30 })
    on.terminal.input(on.attachment, Buffer.from('from the phone'))
    await phone.until(() => phone.text.includes('from the phone'))
    assert.doesNotMatch(phone.text, /laptop/)
    assert.deepEqual(terminal.size, size)
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('says how its shell ended, also to who comes back too late', async () => {
    const device = new TestDevice()
    const { terminal, attachment } = await open(device)
    terminal.input(attachment, Buffer.from('exit\r'))
    const { cause, exitCode } = await device.frame('ended')
    assert.deepEqual([cause, exitCode], ['exited', 3])
    const { terminalId } = terminal.facts
    const back = desk.terminals.attach(somebody('alice', desk), { terminalId, ...size }, device)
    await assert.rejects(back, (error) => error instanceof TerminalOver && error.end.exitCode === 3)
  })

  it('is not found by anybody else (an id alone must open nothing)', async () => {
    const { terminal } = await open(new TestDevice())
    const { terminalId } = terminal.facts
    const isNotFound = () =>
      assert.rejects(
        desk.terminals.attach(somebody('mallory', desk), { terminalId, ...size }, new TestDevice()),
        (error) =>
          error instanceof AskRefused && error.refusal.code === 'TerminalNotFoundException',
      )
    await isNotFound()
    terminal.finish({ cause: 'ended', says: '' })
    await isNotFound()
  })

  it('ends with all of its person’s, in whatever role they are, and with nobody else’s', async () => {
    const as = (owner: string) => open(new TestDevice(), { ...somebody('sso', desk), owner })
    const all = await Promise.all(['AROA1 idp ann', 'AROA2 idp ann', 'AROA1 idp ann b'].map(as))
    const end = { cause: 'signed-out', says: '' } as const
    desk.terminals.endThoseOf({ person: 'idp ann' }, end)
    assert.deepEqual(
      all.map(({ terminal }) => terminal.end),
      [end, end, undefined],
    )
    all[2]?.terminal.finish(end)
  })

  it('is told that the control plane was started anew to who comes back after that, and not for ever', async () => {
    const terminalId = `t-${'a'.repeat(32)}`
    const comeBack = () =>
      refusalOf(
        desk.terminals.attach(somebody('alice', desk), { terminalId, ...size }, new TestDevice()),
      )
    assert.match((await comeBack()).message, /was started at \d{4}-.*: terminals from before that/)
    desk.clock.passedMs += 30 * 60_000
    assert.doesNotMatch((await comeBack()).message, /was started/)
  })

  const refusalOf = async (work: Promise<unknown>) => {
    try {
      await work
    } catch (error) {
      if (error instanceof AskRefused) return error.refusal
      throw error
    }
    return assert.fail('it was not refused')
  }

  it('is refused where the host key is another than the agent reported, before the key is shown', async () => {
    const refusal = await refusalOf(open(new TestDevice(), undefined, LIAR))
    assert.equal(refusal.code, 'HostKeyChangedException')
    assert.match(refusal.message, /ssh-ed25519 SHA256:/)
    assert.match(refusal.mend ?? '', /restart its agent/)
  })

  it('is refused where the agent reported no host key, with what to do (whatever answers would be taken for it)', async () => {
    const { cause, mend } = await refusalOf(
      open(new TestDevice(), somebody('alice', desk), KEYLESS),
    )
    assert.equal(cause, 'host-key-unknown')
    assert.match(mend ?? '', /ssh-keygen -A/)
  })

  it('tells why sshd refused, as the grant has it', async () => {
    const told = { Cause: 'user-locked', Says: 'The account is locked.', Mend: 'Unlock it.' }
    const alice = somebody('alice', desk, { GetGrant: told })
    const refusal = await refusalOf(open(new TestDevice(), alice, DENIER))
    const { code, cause, explanation, mend } = refusal
    assert.deepEqual(
      [code, cause, explanation, mend],
      ['SSHLoginRefusedException', 'user-locked', 'The account is locked.', 'Unlock it.'],
    )
  })

  it('says that the host lets in and gives no shell (a page had nothing to show but that it failed)', async () => {
    const { code, message, mend } = await refusalOf(open(new TestDevice(), undefined, SHELLLESS))
    assert.equal(code, 'SSHConnectionException')
    assert.match(message, /gives no shell/)
    assert.match(mend ?? '', /ForceCommand/)
  })

  it('is refused as the push is, word for word', async () => {
    const denied = { code: 'AuthException', message: 'No.', explanation: 'no statement' }
    const bob = somebody('bob', desk, {}, { SendSSHPublicKey: denied })
    assert.deepEqual(await refusalOf(open(new TestDevice(), bob)), denied)
  })

  it('says that there is no way where none is', async () => {
    const refusal = await refusalOf(open(new TestDevice(), undefined, NOBODY))
    assert.deepEqual([refusal.code, refusal.cause], ['HostUnreachableException', 'no-way'])
  })

  it('leaves nothing behind when it was refused', () => {
    assert.equal(desk.terminals.size, 0)
  })

  it('is held up by a page that renders nothing, and no longer than half a minute (a tab that sleeps would stop what runs)', async () => {
    const sleeper = new TestDevice()
    sleeper.onBytes = () => {}
    const { terminal, attachment } = await open(sleeper)
    terminal.input(attachment, Buffer.from('long\r'))
    await sleeper.until(() => sleeper.bytes > 200_000)
    terminal.look()
    assert.ok(terminal.bytes.output < 2 * 2 ** 20)
    desk.clock.passedMs += 31_000
    terminal.look()
    // It comes in steps, and what is more than two megabytes ahead is not sent to who renders nothing.
    const all = 'deploy 80x24$ '.length + 3 * 2 ** 20 + 'end'.length
    await until(() => terminal.bytes.output >= all)
    assert.ok(sleeper.bytes < 2.1 * 2 ** 20)
    const before = sleeper.frames.length
    sleeper.onBytes = (bytes) => void (sleeper.text += Buffer.from(bytes).toString())
    assert.equal(terminal.acknowledge(attachment, sleeper.bytes), true)
    assert.equal(sleeper.frames[before]?.type, 'ready', 'it was not painted anew')
    assert.match(sleeper.text, /xend$/)
    terminal.finish({ cause: 'ended', says: '' })
  })

  it('has no shell where its page is gone before that (it would run for an hour, and nobody would know of it)', async () => {
    desk.recorded.length = 0
    const gone = new AbortController()
    const device = new TestDevice()
    device.say = ({ type, ...frame }) => {
      if (type === 'step' && 'step' in frame && frame.step === 'shell') gone.abort()
    }
    const wish = { instanceId: HOST, osUser: 'deploy', ...size }
    await assert.rejects(
      desk.terminals.open(somebody('alice', desk), wish, { device, gone: gone.signal }),
      AskRefused,
    )
    assert.deepEqual(desk.recorded, ['OpenTerminal', 'CloseTerminal host-lost'])
  })

  it('ends when no device came back in time', async () => {
    const device = new TestDevice()
    const { terminal, attachment } = await open(device)
    terminal.detach(attachment)
    desk.clock.passedMs += 3_599_000
    terminal.look()
    const before = terminal.end
    desk.clock.passedMs += 2_000
    terminal.look()
    assert.deepEqual([before, terminal.end?.cause], [undefined, 'unattended'])
  })

  it('warns before it ends because nobody types, and goes on when somebody does', async () => {
    const device = new TestDevice()
    const { terminal, attachment } = await open(device)
    desk.clock.passedMs += 3_550_000
    terminal.look()
    const warning = await device.frame('ending')
    assert.equal(warning.because, 'idle')
    assert.ok(warning.inSeconds > 0 && warning.inSeconds <= 50)
    terminal.input(attachment, Buffer.from('x'))
    assert.deepEqual(device.frames.at(-1), { type: 'ending', because: 'idle', inSeconds: 0 })
    desk.clock.passedMs += 3_601_000
    terminal.look()
    assert.equal(terminal.end?.cause, 'idle')
  })

  it('ends when it was open for a day, however much is typed, and says so a minute before', async () => {
    const device = new TestDevice()
    const { terminal, attachment } = await open(device)
    desk.clock.passedMs += 24 * 3_600_000 - 30_000
    terminal.input(attachment, Buffer.from('x'))
    terminal.look()
    const { because, inSeconds } = await device.frame('ending')
    assert.equal(because, 'duration')
    assert.ok(inSeconds > 0 && inSeconds <= 30)
    desk.clock.passedMs += 29_000
    terminal.input(attachment, Buffer.from('x'))
    desk.clock.passedMs += 2_000
    terminal.look()
    assert.equal(terminal.end?.cause, 'duration')
  })
})
