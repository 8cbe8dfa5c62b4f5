import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { after, before, beforeEach, describe, it } from 'node:test'
import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { TERMINAL_SUBPROTOCOL, TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import { parseServerFrame, type ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import { WebSocket } from 'ws'
import { watchTerminal } from '../operations/terminals/watch-terminal.ts'
import { exchange } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost } from '../testing/fake-agent.ts'
import { openPage, type Page } from '../testing/page.ts'
import { until } from '../testing/until.ts'
import { terminalEntrance } from './terminal-door.ts'

// What is refused before there is a terminal; what there is then is tried on real hosts: fleet/src/terminal-gateway.test.ts.

const PASSWORD = 'correct horse battery'
const TERMINAL = `t-${'a'.repeat(32)}`
/** `terminals.maxPerPerson` of the test's server. */
const MOST = 20
const SIZE = { cols: 80, rows: 24 }

let plane: ControlPlane
let instanceId = ''
before(async () => {
  plane = await startControlPlane()
  await plane.user('ann', { Effect: 'Allow', Action: '*', Resource: '*' })
  await plane.user('bob', { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' })
  for (const UserName of ['ann', 'bob']) {
    await plane.root.done('CreateLoginProfile', { UserName, Password: PASSWORD })
  }
  instanceId = (await enrolHost(plane, { env: 'dev' })).instanceId
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

async function signedIn(userName: string): Promise<Page> {
  const page = openPage(plane)
  await page.signIn(userName, PASSWORD)
  return page
}

interface Came {
  readonly frames: readonly ServerFrame[]
  readonly code: number
}

/** What comes until the door is shut; `then` is sent with the first message. */
function knock(
  page: Page,
  first: object,
  then: readonly (string | Buffer)[] = [],
  frames: ServerFrame[] = [],
): Promise<Came> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${plane.port}${TERMINALS_PATH}`,
    TERMINAL_SUBPROTOCOL,
    { headers: { origin: page.origin, cookie: page.cookie } },
  )
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.send(JSON.stringify({ csrf: page.csrfToken, ...first }))
      for (const one of then) socket.send(one)
    })
    socket.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? undefined : parseServerFrame(data.toString())
      if (frame === undefined) reject(new Error(`no frame: ${data.toString()}`))
      else frames.push(frame)
    })
    socket.on('error', reject)
    socket.on('close', (code) => resolve({ frames, code }))
  })
}

const refusalIn = ({ frames, code }: Came) => {
  const frame = frames.find((one) => one.type === 'refused')
  return (
    frame ??
    assert.fail(`${JSON.stringify(frames)}, closed with ${code}\n${plane.log().slice(-2000)}`)
  )
}

describe('the door for terminals', () => {
  it('refuses as the push is refused, with the explanation and the id of the record', async () => {
    const came = await knock(await signedIn('bob'), {
      type: 'open',
      instanceId,
      osUser: 'deploy',
      ...SIZE,
    })
    const { code, explanation, requestId } = refusalIn(came)
    assert.equal(code, 'AccessDeniedException')
    assert.match(explanation ?? '', /Least change/)
    const record = plane.trail().findLast((one) => one.requestId === requestId)
    assert.deepEqual(
      [record?.eventName, record?.errorCode, record?.event.userIdentity.type],
      ['SendSSHPublicKey', 'AccessDenied', 'IAMUser'],
    )
    assert.equal(came.code, 1000)
  })

  it('tells who may push nowhere nothing of instances that there are not', async () => {
    const bob = await signedIn('bob')
    const ask = async (id: string) => {
      const came = await knock(bob, { type: 'open', instanceId: id, osUser: 'deploy', ...SIZE })
      return refusalIn(came).code
    }
    assert.equal(await ask('i-00000000000000bad'), await ask(instanceId))
  })

  it('waits for an agent that is not back yet since the control plane was started, and says so', async () => {
    const host = await enrolHost(plane, {})
    const ann = await signedIn('ann')
    await plane.restart()
    const frames: ServerFrame[] = []
    const wish = { type: 'open', instanceId: host.instanceId, osUser: 'deploy', ...SIZE }
    const came = knock(ann, wish, [], frames)
    const waits = (frame: ServerFrame) =>
      frame.type === 'step' && frame.step === 'push' && /started a moment ago/.test(frame.says)
    await until(() => frames.some(waits), 'it is waited for')
    const refusal = { code: 'user-unknown', message: 'no such user' } as const
    const agent = await connectAgent(plane, host, {
      prepare: ({ exchange }) => ({ kind: 'refused', exchange, refusal }),
    })
    assert.match(refusalIn(await came).message, /no such user/)
    agent.socket.terminate()
  })

  it('waits for no agent for somebody who may not push (who waits would learn that there is one)', async () => {
    await plane.restart()
    const bob = await signedIn('bob')
    const { frames } = await knock(bob, { type: 'open', instanceId, osUser: 'deploy', ...SIZE })
    assert.equal(frames.filter(({ type }) => type === 'step').length, 1)
  })

  it('says of an instance whose agent is away that no key was pushed', async () => {
    // Long enough for it to have come back.
    plane.clock.passedMs += 60_000
    const came = await knock(await signedIn('ann'), {
      type: 'open',
      instanceId,
      osUser: 'deploy',
      ...SIZE,
    })
    assert.match(refusalIn(came).message, /is not connected, so no key was pushed/)
  })

  it('lets nobody watch without the right, explained and recorded', async () => {
    const came = await knock(await signedIn('bob'), { type: 'watch', terminalId: TERMINAL })
    const { code, explanation } = refusalIn(came)
    assert.equal(code, 'AccessDeniedException')
    assert.match(explanation ?? '', /fleetkey:WatchTerminal/)
    const record = plane.trail().at(-1)
    assert.deepEqual([record?.eventName, record?.errorCode], ['WatchTerminal', 'AccessDenied'])
  })

  it('knows no terminal by an id that was thought up', async () => {
    const ann = await signedIn('ann')
    for (const type of ['watch', 'attach']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const came = await knock(ann, { type, terminalId: TERMINAL, ...SIZE })
      assert.equal(refusalIn(came).code, 'TerminalNotFoundException')
    }
  })

  const open = { type: 'open', osUser: 'deploy', ...SIZE }
  const wrong: readonly (readonly [string, object, readonly (string | Buffer)[]])[] = [
    ['a first message that is none', { type: 'open', osUser: 'deploy' }, []],
    ['another type', { type: 'shell' }, []],
    ['input before there is a terminal', open, [Buffer.from('rm -rf /\r')]],
    ['a frame that is none', open, ['{"type":"run"}']],
    ['a frame without end', open, [JSON.stringify({ type: 'end', x: 'x'.repeat(4096) })]],
    ['a message without end', open, [Buffer.alloc(65_537)]],
  ]
  for (const [what, first, then] of wrong) {
    it(`shuts for ${what}`, async () => {
      const came = await knock(await signedIn('ann'), { instanceId, ...first }, then)
      assert.ok([1008, 1009].includes(came.code), `closed with ${came.code}`)
    })
  }

  it('lets only so many terminals be opened by one person', async () => {
    const held = Promise.withResolvers<undefined>()
    const agent = await connectAgent(plane, await enrolHost(plane, {}), {
      prepare: () => held.promise,
    })
    const ann = await signedIn('ann')
    const wish = { ...open, instanceId: agent.host.instanceId }
    const waiting = Array.from({ length: MOST }, () => knock(ann, wish))
    // Their questions are all on their way to the host, which says nothing.
    await until(() => agent.told.filter(({ kind }) => kind === 'prepare').length === MOST)
    const { code, message } = refusalIn(await knock(ann, wish))
    assert.equal(code, 'ThrottlingException')
    assert.match(message, /You have 20 terminals open/)
    agent.socket.terminate()
    for (const came of await Promise.all(waiting)) refusalIn(came)
  })
})

describe('a page that watches a terminal', () => {
  let mayWatch = true
  let used = 0
  let asked: unknown[] = []
  beforeEach(() => {
    mayWatch = true
    used = 0
    asked = []
  })

  /** Its terminal keeps what it is asked. */
  function watching() {
    const socket = new FakeSocket()
    const asks = (name: string) => (attachment: unknown) => asked.push([name, attachment])
    const on = {
      attachment: { isWatcher: true },
      terminal: { detach: asks('detach'), input: asks('input'), finish: asks('finish') },
    }
    const stillAllowed = async () => {
      if (!mayWatch) throw accessDenied('No policy allows it any more.', 'none')
    }
    const entrance = terminalEntrance({
      terminals: { watch: () => on } as never,
      realm: { accountId: '000000000000', region: 'eu-central-1' } as never,
      log: { error() {} },
      lookEveryMs: 5,
    })
    entrance.enter({
      socket,
      first: { type: 'watch', terminalId: TERMINAL },
      caller: { principal: { kind: 'root' } },
      from: { sourceAddress: '192.0.2.7', userAgent: 'test' },
      async ask(_operation: unknown, input: { TerminalId: string }, at: object) {
        const call = { terminals: { find: () => ({}) }, origin: at, stillAllowed }
        const given = { terminalId: input.TerminalId } as never
        const output = await watchTerminal.run(given, call as never, undefined as never)
        return { kind: 'answered', output, requestId: 'r' }
      },
      noteUse: () => void used++,
    } as never)
    return { socket, on }
  }
  const passed = () => new Promise((resolve) => void setTimeout(resolve, 30))

  it('is sent away once the right to is withdrawn (it would see all until the terminal ends)', async () => {
    const { socket, on } = watching()
    await passed()
    assert.deepEqual([socket.said, socket.closedWith, asked], [[], undefined, []])
    mayWatch = false
    await until(() => socket.closedWith !== undefined)
    assert.equal(JSON.parse(socket.said[0] ?? '{}').code, 'AccessDeniedException')
    assert.equal(socket.closedWith, 1000)
    assert.deepEqual(asked, [['detach', on.attachment]])
  })

  it('does not use the console by what it sends, and leaves where it asks for the end (it would end somebody’s shell)', async () => {
    const { socket, on } = watching()
    await passed()
    socket.emit('message', Buffer.from('x'), true)
    assert.equal(used, 0)
    socket.emit('message', Buffer.from(JSON.stringify({ type: 'end' })), false)
    assert.equal(socket.closedWith, 1000)
    assert.deepEqual(asked.slice(1), [['detach', on.attachment]])
  })
})

describe('a page that has a window of another size without end', () => {
  it('is shut out (each goes to the host, on record and to all devices, and nothing holds it up)', () => {
    const socket = new FakeSocket()
    const entrance = terminalEntrance({
      terminals: { open: () => new Promise(() => {}) } as never,
      realm: { accountId: '000000000000', region: 'eu-central-1' } as never,
      log: { error() {} },
    })
    entrance.enter({
      socket,
      first: { type: 'open', instanceId, osUser: 'deploy', ...SIZE },
      caller: { principal: { kind: 'root' } },
      from: { sourceAddress: '192.0.2.7', userAgent: 'test' },
    } as never)
    const resize = (cols: number) =>
      socket.emit('message', Buffer.from(JSON.stringify({ type: 'resize', cols, rows: 24 })), false)
    // As fast as a screen shows a window that is dragged.
    for (let cols = 10; cols < 70; cols++) resize(cols)
    assert.equal(socket.closedWith, undefined)
    for (let cols = 10; cols < 400; cols++) resize(cols)
    assert.equal(socket.closedWith, 1008)
  })
})

/** Of a page, as far as a terminal needs it. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1
  readonly bufferedAmount = 0
  readyState = 1
  readonly said: string[] = []
  closedWith: number | undefined
  send(text: string): void {
    this.said.push(text)
  }
  ping(): void {}
  close(code: number): void {
    this.closedWith = code
    this.readyState = 3
    this.emit('close')
  }
}

describe('the files of terminals', () => {
  const at = `${TERMINALS_PATH}/${TERMINAL}`

  async function ask(page: Page, method: string, path: string, otherwise: object = {}) {
    const headers = Object.entries({
      origin: page.origin,
      cookie: page.cookie,
      'sec-fetch-site': 'same-origin',
      'x-fleetkey-csrf': page.csrfToken,
      ...otherwise,
    }).filter(([, value]) => value !== 'none')
    const request = { port: plane.port, method, path, headers: Object.fromEntries(headers) }
    const { status, body } = await exchange(request as never, '')
    return [status, body?.code as unknown]
  }

  it('are of no terminal that there is not', async () => {
    const ann = await signedIn('ann')
    assert.deepEqual(await ask(ann, 'GET', `${at}/files?path=`), [404, 'TerminalNotFoundException'])
  })

  it('are for pages of the console that are signed in', async () => {
    const ann = await signedIn('ann')
    const path = `${at}/files?path=`
    const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    assert.equal((await ask(ann, 'GET', path, foreign))[0], 403)
    assert.equal(
      (await ask(ann, 'GET', path, { origin: 'none', 'sec-fetch-site': 'none' }))[0],
      403,
    )
    assert.equal((await ask(ann, 'GET', path, { 'x-fleetkey-csrf': 'guess' }))[0], 403)
    const [status] = await ask(ann, 'GET', path, { cookie: 'none' })
    assert.ok(status === 400 || status === 401 || status === 403, `${String(status)}`)
  })

  const wrong: readonly (readonly [string, string, string])[] = [
    ['a path without end', 'GET', `files?path=${'x'.repeat(4097)}`],
    ['a path with NUL in it', 'GET', 'files?path=a%00b'],
    ['two paths', 'GET', 'files?path=a&path=b'],
    ['an upload of no name', 'GET', 'upload?path=a&upload=../x'],
    ['a mode that chmod has not', 'POST', 'mode?path=a&mode=0888'],
    ['a piece without a place', 'PUT', 'file?path=a&upload=abcdefgh&size=1'],
    ['a piece beyond the whole', 'PUT', 'file?path=a&upload=abcdefgh&offset=2&size=1'],
  ]
  for (const [what, method, path] of wrong) {
    it(`refuse ${what}`, async () => {
      const ann = await signedIn('ann')
      const more = method === 'PUT' ? { 'content-length': '0' } : {}
      assert.deepEqual(await ask(ann, method, `${at}/${path}`, more), [400, 'ValidationException'])
    })
  }
})
