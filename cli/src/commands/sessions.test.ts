import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { SessionStarted } from '@fleetkey/wire/agent/session-receipts'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { connectAgent, enrolHost, type FakeAgent } from '@fleetkey/server/testing/fake-agent'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

let server: ControlPlane
let agent: FakeAgent
let root: (...args: readonly string[]) => Promise<Done>
let nobody: typeof root
let count = 0
before(async () => {
  server = await startControlPlane()
  root = fleetkeyAs(envOf(server.url, server.root))
  const user = await server.user('nobody')
  nobody = fleetkeyAs(envOf(server.url, user))
  agent = await connectAgent(server, await enrolHost(server, { Name: 'web-1', env: 'dev' }), {
    async endSession({ exchange, sessionId }) {
      const { instanceId } = agent.host
      const session = await server.store.sshSessions.get({ sessionId, instanceId })
      const isStubborn = session?.osUser === 'stubborn'
      if (!isStubborn) await ended(sessionId)
      const says = isStubborn ? 'Something goes on.' : 'It was ended.'
      return { kind: 'session-ending', exchange, ended: !isStubborn, says }
    },
  })
})
after(async () => {
  await agent.close()
  await server.close()
})
/** Nobody is logged in any more. */
beforeEach(async () => {
  for (const { sessionId } of await server.store.sshSessions.list({
    state: 'active',
    limit: 100,
  })) {
    await ended(sessionId)
  }
})

const ended = (sessionId: string) =>
  server.store.sshSessions.end(
    { sessionId, instanceId: agent.host.instanceId },
    { kind: 'ended', at: Date.now(), notBefore: Date.now() - 60_000 },
  )

async function login(change: Partial<SessionStarted> = {}): Promise<string> {
  const sessionId = `s-${String(++count).padStart(17, '0')}`
  const before = agent.told.length
  const started = {
    receiptId: `r-${count}`,
    at: Date.now(),
    kind: 'session-started',
    sessionId,
    osUser: 'ec2-user',
    method: 'publickey',
    fingerprint: 'SHA256:x',
    address: '192.0.2.9',
    port: 50_000,
    pid: 4711,
    seenBy: 'pam',
    ...change,
  } as const
  agent.say({ kind: 'receipts', receipts: [started] })
  while (!agent.told.slice(before).some(({ kind }) => kind === 'stored')) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return sessionId
}

const wasAsked = (sessionId: string) =>
  agent.told.some((one) => one.kind === 'end-session' && one.sessionId === sessionId)
const idsOf = ({ out, err }: Done) => {
  assert.equal(err, '')
  return (JSON.parse(out) as { sessionId: string }[]).map(({ sessionId }) => sessionId)
}

describe('sessions list', () => {
  it('says that there may be more than it shows (a host could make up as many as are shown)', async () => {
    await login()
    await login()
    const { out, err } = await root('sessions', 'list', '--limit', '1')
    assert.equal(out.split('\n').length, 3)
    assert.match(err, /There may be more than the 1 shown: --limit 10/)
    assert.equal((await root('sessions', 'list', '--limit', '2')).err, '')
  })

  it('shows who is logged in, and with --all who was', async () => {
    const [one, two] = [await login(), await login({ osUser: 'deploy' })]
    await ended(one)
    const { code, out } = await root('sessions')
    assert.equal(code, 0)
    assert.match(
      out,
      /^SESSION +WHO +INSTANCE +OS USER +FROM +SINCE +STATE\ns-\d{17} +\(not known\) +web-1 +deploy +192\.0\.2\.9 +\S+ \S+ +active\n$/,
    )
    assert.deepEqual(idsOf(await root('sessions', '--output', 'json')), [two])
    const all = idsOf(await root('sessions', 'list', '--all', '--since', '1h', '--output', 'json'))
    assert.deepEqual(all.slice(0, 2), [two, one])
  })

  it('finds by instance, tag, account and person, and says so when there is nobody', async () => {
    const one = await login({ osUser: 'only' })
    for (const flags of [
      ['--instance', 'web-1', '--os-user', 'only'],
      ['--tag', 'env=dev', '--os-user', 'only'],
      ['--tag', 'env', '--os-user', 'only', '--limit', '1'],
    ]) {
      assert.deepEqual(idsOf(await root('sessions', 'list', ...flags, '--output', 'json')), [one])
    }
    for (const flags of [['--user', 'ann'], ['--mine'], ['--tag', 'env=prod']]) {
      const { code, out, err } = await root('sessions', 'list', ...flags)
      assert.deepEqual([code, out], [0, ''])
      assert.match(err, /Nobody is logged in that fits/)
    }
  })

  it('is refused for an instance that one may not ask about', async () => {
    const { instanceId } = agent.host
    const { code } = await nobody('sessions', 'list', '--instance', instanceId)
    assert.equal(code, EXIT_CODES.accessDenied)
    assert.equal((await nobody('sessions')).code, 0)
  })

  it('shows the list again with --watch whenever it changes', async () => {
    const environment = envOf(server.url, server.root)
    const program = fileURLToPath(new URL('../../bin/fleetkey', import.meta.url))
    const words = ['sessions', 'list', '--os-user', 'watched', '--output', 'json', '--watch']
    const child = spawn(program, words, {
      env: {
        ...process.env,
        ...environment,
        HOME: '/dev/null',
        XDG_CONFIG_HOME: '/proc/nonexistent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    assert.deepEqual(JSON.parse((await lines.next()).value ?? ''), [])
    const id = await login({ osUser: 'watched' })
    const [shown] = JSON.parse((await lines.next()).value ?? '') as { sessionId: string }[]
    assert.equal(shown?.sessionId, id)
    child.kill()
  })

  it('says what is wrong with an option', async () => {
    for (const flags of [
      ['--since', 'monday'],
      ['--limit', '0'],
      ['--tag', '=x'],
    ]) {
      assert.equal((await root('sessions', 'list', ...flags)).code, EXIT_CODES.usage)
    }
  })
})

describe('sessions show', () => {
  it('tells all that is known, and of an end that nobody saw between when it was', async () => {
    const id = await login()
    await ended(id)
    const { code, out } = await root('sessions', 'show', id)
    assert.equal(code, 0)
    assert.match(out, /^session {7}s-\d{17}\nwho +\(not known\)\ninstance +web-1 \(i-\w+\)\n/)
    assert.match(out, /\nfrom +192\.0\.2\.9 port 50000\n/)
    assert.match(out, /\nended +between .* and .* \(ended\)\n/)
    const { sessionId } = JSON.parse((await root('sessions', 'show', id, '--output', 'json')).out)
    assert.equal(sessionId, id)
  })

  it('says that the trail does not have it, as does the list', async () => {
    const { instanceId } = agent.host
    const sessionId = `s-d${'0'.repeat(16)}`
    await server.store.sshSessions.start({
      sessionId,
      instanceId,
      osUser: 'flooded',
      method: 'password',
      seenBy: 'pam',
      pid: 7,
      startedAt: Date.now(),
      isUnrecorded: true,
    })
    const { out } = await root('sessions', 'show', sessionId)
    assert.match(out, /\ntrail +It is not recorded: the host told of more logins than/)
    assert.match((await root('sessions')).out, / flooded .* active, not recorded\n/)
    await ended(sessionId)
  })

  it('of one that is not there is not found', async () => {
    const none = await root('sessions', 'show', 'web-1')
    assert.equal(none.code, 64)
    assert.match(none.err, /"web-1" is not the id of a session\.\n +do +See which there are/)
    const { code, err } = await root('sessions', 'show', `s-${'f'.repeat(17)}`)
    assert.equal(code, EXIT_CODES.notFound)
    assert.match(err, /fleetkey sessions list --all/)
  })
})

describe('sessions end', () => {
  it('ends one without asking', async () => {
    const id = await login()
    const { code, out } = await root('sessions', 'end', id)
    assert.equal(code, 0)
    assert.match(out, new RegExp(`\\n${id} +i-\\w+ +ec2-user +- +ended +It was ended\\.\\n$`))
    assert.ok(wasAsked(id))
  })

  it('asks before it ends many, and ends those that it has shown', async () => {
    const ids = [await login({ osUser: 'many' }), await login({ osUser: 'many' })]
    const asked = await root('sessions', 'end', '--os-user', 'many')
    assert.equal(asked.code, EXIT_CODES.cancelled)
    assert.match(asked.err, /End 2 sessions \(/)
    assert.ok(!ids.some(wasAsked))
    const dry = await root('sessions', 'end', '--os-user', 'many', '--dry-run', '--output', 'json')
    assert.deepEqual(idsOf(dry).toSorted(), ids)
    assert.ok(!ids.some(wasAsked))
    const { code } = await root('sessions', 'end', '--os-user', 'many', '--yes')
    assert.equal(code, 0)
    assert.ok(ids.every(wasAsked))
    const none = await root('sessions', 'end', '--os-user', 'many', '--yes')
    assert.equal(none.code, 0)
    assert.match(none.err, /No such session is open/)
  })

  it('ends as many as there are, call by call (who opens many would be let stay)', async () => {
    const of = { instanceId: 'i-0123456789abcdef0', osUser: 'crowd', method: 'password' } as const
    const rows = Array.from({ length: 501 }, (_, at) => ({
      ...of,
      sessionId: `s-c${String(at).padStart(16, '0')}`,
      seenBy: 'pam' as const,
      pid: 7,
      startedAt: Date.now(),
    }))
    await Promise.all(rows.map((row) => server.store.sshSessions.start(row)))
    const done = await root('sessions', 'end', '--os-user', 'crowd', '--yes', '--output', 'json')
    assert.equal(done.code, EXIT_CODES.instanceUnavailable)
    assert.match(done.err, /501 sessions may go on/)
    assert.equal((JSON.parse(done.out) as unknown[]).length, 501)
    const end = { kind: 'ended', at: Date.now() } as const
    await Promise.all(rows.map((row) => server.store.sshSessions.end(row, end)))
  })

  it('fails when one goes on, and when there is none of that id', async () => {
    const id = await login({ osUser: 'stubborn' })
    const { code, err, out } = await root('sessions', 'end', id)
    assert.equal(code, EXIT_CODES.instanceUnavailable)
    assert.match(out, /Something goes on/)
    assert.match(err, /one session may go on/)
    assert.equal((await root('sessions', 'end', `s-${'f'.repeat(17)}`)).code, EXIT_CODES.notFound)
  })

  it('wants to be told which, in one way', async () => {
    assert.equal((await root('sessions', 'end')).code, EXIT_CODES.usage)
    assert.equal((await root('sessions', 'end', 's-1', '--mine')).code, EXIT_CODES.usage)
    assert.equal((await nobody('sessions', 'end', '--mine')).code, 0)
    const denied = await nobody('sessions', 'end', '--instance', agent.host.instanceId)
    assert.equal(denied.code, EXIT_CODES.accessDenied)
  })
})
