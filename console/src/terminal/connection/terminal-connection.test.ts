import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import { FakeTerminals } from './fake-terminals.ts'

const instanceId = 'i-0123456789abcdef0'
const terminalId = `t-${'a'.repeat(32)}`
const wish = { kind: 'open', instanceId, osUser: 'alice' } as const
const ready: ServerFrame = {
  type: 'ready',
  terminalId,
  instanceId,
  osUser: 'alice',
  cols: 80,
  rows: 24,
  startedAt: 1,
  recorded: true,
  replayBytes: 0,
}
const bytes = (text: string) => new TextEncoder().encode(text)

/** A connection that is live. */
function live() {
  const fake = new FakeTerminals()
  const connection = fake.connect(wish)
  fake.socket.events.opened()
  fake.socket.says(ready)
  fake.socket.says({ type: 'replayed' })
  fake.screen.render()
  assert.equal(connection.state.kind, 'live')
  return { fake, connection }
}

describe('a terminal that is opened', () => {
  it('asks with the token and the size as soon as the socket is open', () => {
    const fake = new FakeTerminals()
    fake.connect(wish)
    assert.deepEqual(fake.socket.frames, [])
    fake.socket.events.opened()
    assert.deepEqual(fake.socket.frames, [
      { type: 'open', csrf: 'csrf', instanceId, osUser: 'alice', cols: 80, rows: 24 },
    ])
  })

  it('tells each step', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect(wish)
    fake.socket.events.opened()
    fake.socket.says({ type: 'step', step: 'push', says: 'a key for alice' })
    fake.socket.says({ type: 'step', step: 'reach', says: 'directly' })
    const { state } = connection
    assert.deepEqual(state.kind === 'opening' && state.steps.map(({ step }) => step), [
      'push',
      'reach',
    ])
  })

  it('tells why it was refused, and does not try again', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect(wish)
    fake.socket.events.opened()
    const refused = { type: 'refused', code: 'AuthException', message: 'no', mend: 'ask' } as const
    fake.socket.says(refused)
    fake.socket.events.closed()
    fake.pass(60_000)
    const { state } = connection
    assert.deepEqual(state.kind === 'refused' && state.refusal, {
      code: 'AuthException',
      message: 'no',
      mend: 'ask',
    })
    assert.equal(fake.sockets.length, 1)
  })

  it('is not asked for twice when the network goes on the way (there could be two shells)', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect(wish)
    fake.socket.events.opened()
    fake.socket.events.closed()
    fake.pass(60_000)
    assert.equal(connection.state.kind, 'refused')
    assert.equal(fake.sockets.length, 1)
  })

  it('is tried again by itself when the control plane says that it cannot now', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect(wish)
    fake.socket.events.opened()
    const message = 'The audit trail cannot be written now.'
    fake.socket.says({ type: 'refused', code: 'ServiceUnavailableException', message })
    const { state } = connection
    assert.equal(state.kind === 'lost' && state.says, message)
    assert.ok(fake.sockets[0]?.isClosed)
    fake.pass(250)
    fake.socket.events.opened()
    fake.socket.says(ready)
    assert.equal(connection.state.kind, 'repainting')
  })

  it('is tried again while nothing was asked for', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect(wish)
    fake.socket.events.closed()
    assert.equal(connection.state.kind, 'lost')
    fake.pass(250)
    fake.socket.events.opened()
    assert.equal(fake.socket.frames[0]?.type, 'open')
  })

  it('rests while the person is signed out, instead of trying for ever', async () => {
    const fake = new FakeTerminals()
    fake.isSignedOut = true
    const connection = fake.connect(wish)
    fake.socket.events.closed()
    await Promise.resolve()
    await Promise.resolve()
    fake.pass(60_000)
    assert.equal(connection.state.kind, 'lost')
    assert.equal(fake.sockets.length, 1)
    connection.retryNow()
    assert.equal(fake.sockets.length, 2)
  })

  it('asks whether the person is signed out where the door says so (would show what is on the screen to whoever is there)', async () => {
    const { fake, connection } = live()
    fake.isSignedOut = true
    fake.socket.events.closed()
    fake.pass(250)
    fake.socket.events.opened()
    const message = 'The security token included in the request is invalid.'
    fake.socket.says({ type: 'refused', code: 'UnrecognizedClientException', message })
    await Promise.resolve()
    await Promise.resolve()
    fake.pass(60_000)
    assert.equal(connection.state.kind, 'lost')
    assert.equal(fake.sockets.length, 2)
    connection.retryNow()
    assert.equal(fake.sockets.length, 3)
  })
})

describe('a terminal that is live', () => {
  it('sends what is typed, and large pastes in parts that are taken', () => {
    const { fake, connection } = live()
    connection.input(bytes('ls\r'))
    connection.input(new Uint8Array(150 * 1024))
    assert.equal(fake.socket.input[0], 'ls\r')
    assert.deepEqual(
      fake.socket.input.slice(1).map((each) => each.length),
      [65_536, 65_536, 22_528],
    )
  })

  it('acknowledges what is on the screen, not what has arrived', () => {
    const { fake } = live()
    fake.socket.shows('x'.repeat(40_000))
    assert.equal(fake.socket.frames.length, 1)
    fake.screen.render()
    assert.deepEqual(fake.socket.frames.at(-1), { type: 'ack', bytes: 40_000 })
    fake.socket.shows('y')
    fake.screen.render()
    assert.deepEqual(fake.socket.frames.at(-1), { type: 'ack', bytes: 40_000 })
    fake.pass(200)
    assert.deepEqual(fake.socket.frames.at(-1), { type: 'ack', bytes: 40_001 })
  })

  it('takes the size that another device chose, and tells its own once', () => {
    const { fake, connection } = live()
    fake.socket.says({ type: 'resized', cols: 132, rows: 43 })
    assert.deepEqual(fake.screen.sizes, ['80x24', '132x43'])
    connection.resize({ cols: 80, rows: 24 })
    connection.resize({ cols: 100, rows: 30 })
    assert.deepEqual(
      fake.socket.frames.filter(({ type }) => type === 'resize'),
      [{ type: 'resize', cols: 100, rows: 30 }],
    )
  })

  it('answers the host where it is the one to, from the place on where that was said (another device answers what is before it)', () => {
    const { fake, connection } = live()
    const answers = () => fake.socket.frames.filter(({ type }) => type === 'answer').length
    connection.answer('nobody said so')
    fake.socket.says({ type: 'devices', attached: 2, watching: 0, answers: true })
    connection.answer('its place is not on the screen yet')
    assert.equal(answers(), 0)
    fake.screen.render()
    connection.answer('yes')
    fake.socket.says({ type: 'devices', attached: 2, watching: 0, answers: false })
    connection.answer('still yes')
    fake.screen.render()
    connection.answer('no')
    assert.equal(answers(), 2)
    assert.deepEqual(fake.socket.input, [])
  })

  it('tells how many devices show it, and that it ends soon', () => {
    const { fake, connection } = live()
    fake.socket.says({ type: 'devices', attached: 2, watching: 1, answers: true })
    fake.socket.says({ type: 'ending', because: 'idle', inSeconds: 60 })
    const { state } = connection
    const session = state.kind === 'live' ? state.session : undefined
    assert.equal(session?.attached, 2)
    assert.equal(session?.watching, 1)
    assert.deepEqual(session?.ending, { because: 'idle', at: fake.now + 60_000 })
    fake.socket.says({ type: 'ending', because: 'idle', inSeconds: 0 })
    assert.equal(connection.state.kind === 'live' && connection.state.session.ending, undefined)
  })

  it('tells why it ended, and hangs up', () => {
    const { fake, connection } = live()
    fake.socket.says({ type: 'ended', cause: 'exited', says: 'The shell ended.', exitCode: 3 })
    const { state } = connection
    assert.deepEqual(state.kind === 'ended' && state.end, {
      cause: 'exited',
      says: 'The shell ended.',
      exitCode: 3,
    })
    assert.equal(fake.socket.isClosed, true)
    fake.pass(60_000)
    assert.equal(fake.sockets.length, 1)
  })
})

describe('a terminal whose network is lost', () => {
  it('comes back by itself to the same shell', () => {
    const { fake, connection } = live()
    fake.socket.events.closed()
    assert.equal(connection.state.kind, 'lost')
    fake.pass(250)
    assert.equal(connection.state.kind, 'reconnecting')
    fake.socket.events.opened()
    assert.deepEqual(fake.socket.frames[0], {
      type: 'attach',
      csrf: 'csrf',
      terminalId,
      cols: 80,
      rows: 24,
    })
  })

  it('waits longer each time, at most 15 seconds', () => {
    const { fake } = live()
    const waits: number[] = []
    for (let turn = 0; turn < 9; turn += 1) {
      const before = fake.now
      const dialled = fake.sockets.length
      fake.socket.events.closed()
      while (fake.sockets.length === dialled) fake.pass(10)
      waits.push(fake.now - before)
    }
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  })

  it('tries at once when it is told that the network is back', () => {
    const { fake, connection } = live()
    fake.socket.events.closed()
    connection.retryNow()
    assert.equal(fake.sockets.length, 2)
    fake.pass(1000)
    assert.equal(fake.sockets.length, 2)
  })

  it('notices silence (a network that is gone closes nothing)', () => {
    const { fake, connection } = live()
    fake.pass(5000)
    assert.deepEqual(fake.socket.frames.at(-1), { type: 'ping' })
    fake.socket.says({ type: 'pong' })
    fake.pass(14_999)
    assert.equal(connection.state.kind, 'live')
    fake.pass(6000)
    assert.notEqual(connection.state.kind, 'live')
    assert.equal(fake.sockets[0]?.isClosed, true)
  })

  it('drops what is typed meanwhile (a minute later it would hit something else)', () => {
    const { fake, connection } = live()
    fake.socket.events.closed()
    connection.input(bytes('rm -r x\r'))
    fake.pass(250)
    fake.socket.events.opened()
    fake.socket.says(ready)
    fake.socket.says({ type: 'replayed' })
    fake.screen.render()
    assert.deepEqual(fake.socket.input, [])
  })

  it('does not count what arrived late over the old socket', () => {
    const { fake } = live()
    const old = fake.socket
    old.shows('x'.repeat(20_000))
    old.events.closed()
    fake.pass(250)
    fake.socket.events.opened()
    fake.socket.says(ready)
    fake.screen.render()
    fake.pass(100)
    assert.deepEqual(
      fake.socket.frames.filter(({ type }) => type === 'ack'),
      [],
    )
  })
})

describe('a repaint', () => {
  it('begins on an empty screen', () => {
    const { fake } = live()
    fake.socket.shows('before')
    fake.socket.events.closed()
    fake.pass(250)
    fake.socket.events.opened()
    fake.socket.says({ ...ready, replayBytes: 5 })
    fake.socket.shows('again')
    fake.screen.render()
    assert.equal(fake.screen.text, 'again')
  })

  it('sends no answers until all of it is drawn (a host could else have commands typed by a reload)', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect({ kind: 'attach', terminalId })
    fake.socket.events.opened()
    fake.socket.says({ ...ready, replayBytes: 4 })
    fake.socket.shows('\u001b[6n')
    fake.socket.says({ type: 'replayed' })
    // xterm answers while it parses, which it does later than all of it has arrived.
    connection.input(bytes('\u001b[1;1R'))
    assert.equal(connection.state.kind, 'repainting')
    fake.screen.render()
    assert.equal(connection.state.kind, 'live')
    assert.deepEqual(fake.socket.input, [])
    connection.input(bytes('a'))
    assert.deepEqual(fake.socket.input, ['a'])
  })

  it('answers nothing of it a second time where it is drawn anew over the same connection (who fell behind)', () => {
    const { fake, connection } = live()
    const answers = () => fake.socket.frames.filter(({ type }) => type === 'answer').length
    fake.socket.says({ type: 'devices', attached: 1, watching: 0, answers: true })
    fake.screen.render()
    fake.socket.says({ ...ready, replayBytes: 4 })
    fake.socket.shows('\u001b[6n')
    fake.socket.says({ type: 'replayed' })
    connection.answer('\u001b[1;1R')
    assert.equal(answers(), 0)
    fake.screen.render()
    connection.answer('\u001b[1;1R')
    assert.equal(answers(), 1)
  })
})

describe('a terminal that is watched', () => {
  it('sends nothing that is typed, and no size', () => {
    const fake = new FakeTerminals()
    const connection = fake.connect({ kind: 'watch', terminalId })
    fake.socket.events.opened()
    fake.socket.says(ready)
    fake.socket.says({ type: 'replayed' })
    fake.screen.render()
    connection.input(bytes('a'))
    connection.resize({ cols: 9, rows: 9 })
    assert.deepEqual(fake.socket.input, [])
    assert.deepEqual(fake.socket.frames, [{ type: 'watch', csrf: 'csrf', terminalId }])
  })
})
