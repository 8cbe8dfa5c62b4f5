import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import {
  AGENT_LINK_PATH,
  CLOSE_BACK_OFF,
  CLOSE_FORGOTTEN,
  MAX_MESSAGE_LENGTH,
} from '@fleetkey/wire/agent/agent-link'
import type { WebSocket } from 'ws'
import { hello } from './hello.ts'
import { makeIdentity } from './identity.ts'
import { Link, type LinkOptions } from './link.ts'
import { createLog } from './log.ts'
import { BOOT_ID, SAMPLE_FACTS } from './testing/agent-parts.ts'
import { DEPLOYMENT, INSTANCE_ID, startControlPlane } from './testing/control-plane.ts'

const CHALLENGE = Buffer.alloc(32, 1).toString('base64')

async function start(test: TestContext, changes: Partial<LinkOptions> = {}) {
  const plane = await startControlPlane()
  const identity = makeIdentity()
  const enrolment = { deployment: DEPLOYMENT, instanceId: INSTANCE_ID }
  const lines: Record<string, unknown>[] = []
  const answered: string[] = []
  const link = new Link({
    url: plane.url.replace('http', 'ws') + AGENT_LINK_PATH,
    ca: '',
    hello: (challenge) =>
      hello(challenge, {
        identity,
        enrolment,
        bootId: BOOT_ID,
        facts: SAMPLE_FACTS,
        linkNonce: '0'.repeat(32),
      }),
    answer: async ({ kind }) => {
      answered.push(kind)
      return undefined
    },
    onWelcome: () => {},
    log: createLog('debug', (line) => lines.push(JSON.parse(line) as Record<string, unknown>)),
    backoff: { base: 10, cap: 40, forgotten: 60, random: () => 0.5 },
    ...changes,
  })
  const running = link.run()
  test.after(async () => {
    link.close()
    await running
    await plane.close()
  })
  /** The fields of the next `link-down`. */
  const down = async () => {
    for (;;) {
      const at = lines.findIndex((line) => line['event'] === 'link-down')
      if (at >= 0) return lines.splice(0, at + 1).at(-1) ?? {}
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  return { plane, link, down, answered, running }
}

const closeCode = async (socket: WebSocket): Promise<number> => {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}

describe('Link', () => {
  it('speaks the protocol’s name and version', async (test) => {
    const { plane } = await start(test)
    assert.equal((await plane.arrival()).socket.protocol, 'fleetkey-agent-1')
  })

  for (const [what, message] of [
    ['a grant before the welcome', { kind: 'revoke', grantId: 'g' }],
    ['a welcome before the challenge', { kind: 'welcome' }],
    [
      'a challenge of another deployment',
      { kind: 'challenge', deployment: 'theirs', challenge: CHALLENGE },
    ],
    [
      'a challenge that is no random number',
      { kind: 'challenge', deployment: DEPLOYMENT, challenge: 'sign this' },
    ],
    ['a message that is none', { kind: 'exec', command: 'sh' }],
  ] as const) {
    it(`signs and does nothing for ${what}, and hangs up`, async (test) => {
      const { plane, answered } = await start(test)
      const socket = await plane.socket()
      const said: string[] = []
      socket.on('message', (data: Buffer) => said.push(data.toString()))
      socket.send(JSON.stringify(message))
      assert.equal(await closeCode(socket), 1008)
      assert.deepEqual(said, [])
      assert.deepEqual(answered, [])
    })
  }

  it('signs one challenge for each connection (a server cannot collect proofs)', async (test) => {
    const { plane } = await start(test)
    const socket = await plane.socket()
    const said: string[] = []
    socket.on('message', (data: Buffer) => said.push(data.toString()))
    const challenge = { kind: 'challenge', deployment: DEPLOYMENT, challenge: CHALLENGE }
    socket.send(JSON.stringify(challenge))
    socket.send(JSON.stringify(challenge))
    assert.equal(await closeCode(socket), 1008)
    assert.equal(said.length, 1)
  })

  it('hangs up on a message over the limit, before it is read whole', async (test) => {
    const { plane } = await start(test)
    const { socket } = await plane.arrival()
    socket.send('x'.repeat(MAX_MESSAGE_LENGTH + 1))
    assert.equal(await closeCode(socket), 1009)
  })

  it('hangs up on a binary message', async (test) => {
    const { plane } = await start(test)
    const { socket } = await plane.arrival()
    socket.send(Buffer.from('{"kind":"welcome"}'))
    assert.equal(await closeCode(socket), 1008)
  })

  it('hangs up when nothing is heard for too long', async (test) => {
    const { plane, down } = await start(test, { deadAfterMs: 300 })
    await plane.socket()
    assert.match(String((await down())['because']), /silent for 300 ms/)
  })

  it('stays while the server pings', async (test) => {
    const { plane, link } = await start(test, { deadAfterMs: 600 })
    const { socket } = await plane.arrival()
    for (let ping = 0; ping < 8; ping++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      socket.ping()
    }
    assert.notEqual(link.connectedSince, undefined)
  })

  it('hangs up when no welcome comes', async (test) => {
    const { plane, down } = await start(test, { welcomeWithinMs: 300 })
    await plane.socket()
    assert.match(String((await down())['because']), /no welcome in time/)
  })

  it('stays away for as long as a close asks', async (test) => {
    const { plane, down } = await start(test)
    const { socket } = await plane.arrival()
    socket.close(CLOSE_BACK_OFF, '7')
    assert.equal((await down())['retryInMs'], 7875)
  })

  it('stays away for as long as an answer to the upgrade asks', async (test) => {
    const { plane, down } = await start(test)
    const { socket } = await plane.arrival()
    plane.answerUpgradesWith(
      'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 4\r\nContent-Length: 0\r\n\r\n',
    )
    socket.terminate()
    assert.equal((await down())['retryInMs'], 5)
    assert.equal((await down())['retryInMs'], 4500)
  })

  it('tries again soon when the reason of a back-off is no number', async (test) => {
    const { plane, down } = await start(test)
    ;(await plane.arrival()).socket.close(CLOSE_BACK_OFF, 'soon')
    assert.equal((await down())['retryInMs'], 5)
  })

  it('says clearly that the server forgot it, and tries seldom', async (test) => {
    const { plane, down, link } = await start(test)
    ;(await plane.arrival()).socket.close(CLOSE_FORGOTTEN)
    const line = await down()
    assert.equal(line['level'], 'error')
    assert.match(String(line['because']), /join URL --replace/)
    assert.equal(line['retryInMs'], 60)
    assert.match(link.trouble, /does not know this instance/)
    await plane.arrival()
  })

  it('waits longer after each failure', async (test) => {
    const { plane, down } = await start(test)
    const waits: unknown[] = []
    for (let failure = 0; failure < 4; failure++) {
      ;(await plane.socket()).terminate()
      waits.push((await down())['retryInMs'])
    }
    assert.deepEqual(waits, [5, 10, 20, 20])
  })

  it('ends at once when it is closed while it waits', async (test) => {
    const { plane, link, running } = await start(test)
    ;(await plane.arrival()).socket.close(CLOSE_BACK_OFF, '900')
    await new Promise((resolve) => setTimeout(resolve, 10))
    link.close()
    await running
  })

  it('does not send while it is down', async (test) => {
    const { link } = await start(test)
    assert.equal(link.send({ kind: 'facts', facts: SAMPLE_FACTS }), false)
  })
})
