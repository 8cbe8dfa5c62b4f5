import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { startJournald } from './journald.ts'
import { pushKey } from './push-key.ts'
import { plainEnvironment } from './run-program.ts'
import { generateKey, ssh, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// Who is logged in, as real logins through a real sshd show it, and what ending a session leaves behind.

interface Session {
  readonly sessionId: string
  readonly instanceId: string
  readonly osUser: string
  readonly state: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly endedNotBefore?: number
  readonly ending?: string
  readonly method: string
  readonly seenBy: string
  readonly fingerprint?: string
  readonly sourceAddress?: string
  readonly requestId?: string
  readonly userName?: string
  readonly explained: string
}

/** On a busy machine. */
const LONG_MS = 20_000
/** A shell that stays, and whose work has left it in every way that there is. */
const BUSY =
  'nohup sleep 7001 >/dev/null 2>&1 & setsid sleep 7002 >/dev/null 2>&1 & (sleep 7003 &) ; sleep 7004 & echo ready; sleep 7005'

describe('sessions', { skip: whyNoHosts() ?? false, timeout: 240_000 }, () => {
  let fleet: TestFleet
  let web: EnrolledHost
  let bare: EnrolledHost
  let key: KeyPair
  let standing: KeyPair
  let knownHostsFile: string
  const clients: ChildProcess[] = []

  before(async () => {
    fleet = await openTestFleet({
      hosts: { web: { env: 'dev' }, bare: { env: 'prod' } },
      sshdConfig: { bare: 'UsePAM no\n' },
    })
    web = hostOf(fleet, 'web')
    bare = hostOf(fleet, 'bare')
    key = await generateKey(fleet.dir, 'ed25519')
    standing = await generateKey(fleet.dir, 'ed25519', 'standing')
    knownHostsFile = await writeKnownHosts(join(fleet.dir, 'known_hosts'), [web.host, bare.host])
    await web.host.writeFile('/home/deploy/.ssh/authorized_keys', `${standing.publicKey}\n`, {
      owner: 'deploy:deploy',
    })
  })
  after(() => fleet?.close())
  afterEach(() => {
    for (const client of clients.splice(0)) client.kill('SIGKILL')
  })

  const run = (argv: readonly string[]) => fleetkey(argv, { env: fleet.plane.root })
  const list = async (...flags: readonly string[]): Promise<readonly Session[]> =>
    (await fleetkeyJson(['sessions', 'list', ...flags], {
      env: fleet.plane.root,
    })) as Session[]
  const find = async (sessionId: string) =>
    (await fleetkeyJson(['sessions', 'show', sessionId], { env: fleet.plane.root })) as Session
  /** Those that are there now and were not before. */
  async function newSessions(before: readonly Session[], count: number, host = web) {
    const known = new Set(before.map(({ sessionId }) => sessionId))
    let found: readonly Session[] = []
    await until(
      `${count} new sessions`,
      async () => {
        const all = await list('--all', '--instance', host.instanceId)
        found = all.filter(({ sessionId }) => !known.has(sessionId))
        return found.length >= count
      },
      LONG_MS,
    )
    assert.equal(found.length, count)
    return found
  }
  const all = (host = web) => list('--all', '--instance', host.instanceId)
  const untilEnded = (sessionId: string) =>
    until('it ended', async () => (await find(sessionId)).state === 'ended', LONG_MS)

  /** A client that stays; resolves when its command has said that it is ready, or at once without a command. */
  async function login(
    options: {
      readonly host?: EnrolledHost
      readonly user?: string
      readonly identity?: KeyPair
      readonly command?: string
      readonly arguments?: readonly string[]
      readonly config?: readonly string[]
    } = {},
  ) {
    const { host = web, user = 'ec2-user', identity = key, command } = options
    const argv = sshArguments(host.host, {
      user,
      identityFile: identity.identityFile,
      knownHostsFile,
      ...(command === undefined ? {} : { command }),
      ...(options.arguments === undefined ? {} : { arguments: options.arguments }),
      ...(options.config === undefined ? {} : { config: options.config }),
    })
    const client = spawn('ssh', argv, { env: plainEnvironment, stdio: 'pipe' })
    clients.push(client)
    let said = ''
    const ended = once(client, 'close')
    client.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    if (command !== undefined) await until('it is ready', () => said.includes('ready'), LONG_MS)
    return { client, ended, said: () => said }
  }

  const sleepers = async (host = web) =>
    (await host.host.exec(['/bin/sh', '-c', 'pgrep -f "^sleep 700" | wc -l'])).stdout.trim()
  const events = async (name: string, host = web) =>
    fleet.plane.root &&
    ((await fleetkeyJson(['events', '--all', '--event', name, '--instance', host.instanceId], {
      env: fleet.plane.root,
    })) as { readonly record: { readonly additionalEventData: Record<string, unknown> } }[])

  it('are recorded with the push that explains them, and end when the client goes', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const { client, ended } = await login({ command: 'echo ready; cat' })
    const [session] = await newSessions(before, 1)
    assert.ok(session)
    assert.equal(session.state, 'active')
    assert.equal(session.userName, 'root')
    assert.equal(session.explained, 'grant')
    assert.equal(session.method, 'publickey')
    assert.equal(session.seenBy, 'pam')
    assert.equal(session.sourceAddress, fleet.network.address4)
    const [started] = (await events('SessionStarted')).map(({ record }) => record)
    assert.equal(started?.additionalEventData['sessionId'], session.sessionId)
    assert.equal(started?.additionalEventData['grantRequestId'], session.requestId)
    client.stdin?.end()
    await ended
    await untilEnded(session.sessionId)
    const { ending, endedNotBefore } = await find(session.sessionId)
    assert.deepEqual([ending, endedNotBefore], ['closed', undefined])
    assert.equal((await events('SessionEnded')).length, 1)
  })

  it('without a command, and with many over one connection, are one for each connection', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    await login({ arguments: ['-N'] })
    const path = join(fleet.dir, 'control')
    // `config` comes first and wins.
    const master = ['ControlMaster=yes', `ControlPath=${path}`]
    await login({ arguments: ['-N'], config: master })
    await until('the master listens', async () => {
      const check = await ssh(web.host, {
        user: 'ec2-user',
        identityFile: key.identityFile,
        config: [`ControlPath=${path}`],
        arguments: ['-O', 'check'],
      })
      return check.code === 0
    })
    for (let channel = 0; channel < 3; channel++) {
      const { code } = await ssh(web.host, {
        user: 'ec2-user',
        identityFile: key.identityFile,
        config: [`ControlPath=${path}`],
        command: 'true',
      })
      assert.equal(code, 0)
    }
    await newSessions(before, 2)
  })

  it('by a key that nobody pushed are told of as unexplained', async () => {
    const before = await all()
    await login({ user: 'deploy', identity: standing, command: 'echo ready; cat' })
    const [session] = await newSessions(before, 1)
    assert.deepEqual([session?.explained, session?.userName], ['no', undefined])
    await until('the event', async () => (await events('LoginUnexplained')).length === 1, LONG_MS)
    const [event] = await events('LoginUnexplained')
    const { cause, sessionId } = event?.record.additionalEventData ?? {}
    assert.deepEqual([cause, sessionId], ['other-key', session?.sessionId])
    assert.ok(fleet.plane.log().includes('a login that no grant explains'))
  })

  it('are ended by id with all that was started in them, and nothing else is', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const other = await login({ user: 'deploy', identity: standing, command: 'echo ready; cat' })
    await newSessions(before, 1)
    const { client, ended, said } = await login({ command: BUSY, arguments: ['-tt'] })
    const session = (await all()).find((one) => one.osUser === 'ec2-user' && one.state === 'active')
    assert.ok(session)
    assert.notEqual(await sleepers(), '0')
    const begin = performance.now()
    const { code, stdout, stderr } = await run(['sessions', 'end', session.sessionId])
    assert.equal(code, 0, stderr)
    await ended
    assert.ok(performance.now() - begin < LONG_MS)
    assert.match(stdout, /It was ended, with all that was started in it/)
    assert.equal(await sleepers(), '0')
    assert.notEqual(client.exitCode, null)
    assert.match(said(), /Fleetkey: this session was ended/)
    assert.equal(other.client.exitCode, null)
    await untilEnded(session.sessionId)
    assert.equal((await find(session.sessionId)).ending, 'ended')
  })

  it('of a person, a host or a tag are ended together', async () => {
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const mine = await Promise.all([1, 2].map(() => login({ command: 'echo ready; cat' })))
    const other = await login({ user: 'deploy', identity: standing, command: 'echo ready; cat' })
    const byPerson = await run(['sessions', 'end', '--user', 'root', '--yes'])
    assert.equal(byPerson.code, 0, byPerson.stderr)
    await Promise.all(mine.map(({ ended }) => ended))
    assert.equal(other.client.exitCode, null)
    const asked = await run(['sessions', 'end', '--tag', 'env=prod', '--yes'])
    assert.equal(asked.code, 0)
    assert.equal(other.client.exitCode, null)
    const byHost = await run(['sessions', 'end', '--instance', web.instanceId, '--yes'])
    assert.equal(byHost.code, 0, byHost.stderr)
    await other.ended
    const last = await login({ user: 'deploy', identity: standing, command: 'echo ready; cat' })
    const byTag = await run(['sessions', 'end', '--tag', 'env=dev', '--yes'])
    assert.equal(byTag.code, 0, byTag.stderr)
    await last.ended
    await until('none is open', async () => (await list()).length === 0, LONG_MS)
  })

  it('of root are ended too', async () => {
    await web.host.exec(['mkdir', '-m', '700', '-p', '/root/.ssh'])
    await web.host.writeFile('/root/.ssh/authorized_keys', `${standing.publicKey}\n`)
    const before = await all()
    const { ended } = await login({ user: 'root', identity: standing, command: BUSY })
    const [session] = await newSessions(before, 1)
    assert.ok(session)
    // The next agent looks for sessions by their processes, and finds this one again.
    await web.stopAgent()
    await web.startAgent()
    const { code, stderr } = await run(['sessions', 'end', session.sessionId])
    assert.equal(code, 0, stderr)
    await ended
    assert.equal(await sleepers(), '0')
    await untilEnded(session.sessionId)
    await newSessions(before, 1)
  })

  it('go on while the agent is away, and what became of them is told when it is back', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const stays = await login({ command: 'echo ready; cat' })
    const goes = await login({ command: 'echo ready; cat' })
    await newSessions(before, 2)
    await web.killAgent()
    await until(
      'the server says that it does not know',
      async () => (await list()).every(({ state }) => state === 'unknown'),
      LONG_MS,
    )
    goes.client.stdin?.end()
    await goes.ended
    // By a grant that the agent which is gone had installed.
    const late = await login({ command: 'echo ready; cat' })
    await web.startAgent()
    const sessions = await newSessions(before, 3)
    await until(
      'one has ended',
      async () => {
        const states = (await all()).filter((one) =>
          sessions.some((s) => s.sessionId === one.sessionId),
        )
        return states.filter(({ state }) => state === 'ended').length === 1
      },
      LONG_MS,
    )
    const now = await Promise.all(sessions.map(({ sessionId }) => find(sessionId)))
    assert.deepEqual(
      now.map(({ explained }) => explained),
      ['grant', 'grant', 'grant'],
    )
    const ended = now.find(({ state }) => state === 'ended')
    assert.ok(ended?.endedNotBefore !== undefined && ended.endedAt !== undefined)
    assert.ok(ended.endedNotBefore <= ended.endedAt)
    for (const { client } of [stays, late]) assert.equal(client.exitCode, null)
  })

  it('that were to end when the agent died are ended by the next', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const { ended } = await login({ command: BUSY })
    const [session] = await newSessions(before, 1)
    await web.killAgent()
    // As it wrote before it signalled anything.
    const path = '/var/lib/fleetkey/sessions.json'
    const book = JSON.parse(await web.host.readFile(path)) as { open: { sessionId: string }[] }
    const open = book.open.map((one) =>
      one.sessionId === session?.sessionId ? { ...one, isEnding: true } : one,
    )
    await web.host.writeFile(path, JSON.stringify({ ...book, open }), { mode: '0600' })
    await web.startAgent()
    await ended
    await untilEnded(session?.sessionId ?? '')
    assert.equal(await sleepers(), '0')
    assert.equal((await find(session?.sessionId ?? '')).ending, 'ended')
  })

  it('end with the host', async () => {
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    await login({ command: 'echo ready; cat' })
    const [session] = await newSessions(before, 1)
    await web.host.reboot()
    await web.startAgent()
    await untilEnded(session?.sessionId ?? '')
    assert.equal((await find(session?.sessionId ?? '')).ending, 'host-restarted')
  })

  it('are told of by a program of root that no user can change (would be root for everybody)', async () => {
    const { host } = web
    // What pam_env takes from a user and hands to the programs that PAM runs later; the dynamic linker of a program leaves a file by it.
    const wish = 'LD_DEBUG DEFAULT=libs\nLD_DEBUG_OUTPUT DEFAULT=/tmp/linked\n'
    await host.writeFile('/home/ec2-user/.pam_environment', wish, { owner: 'ec2-user:ec2-user' })
    const before = await all()
    await pushKey(fleet.plane, web, 'ec2-user', key)
    const { client, ended } = await login({ command: 'echo ready; cat' })
    client.stdin?.end()
    await ended
    await newSessions(before, 1)
    const linkedBy = async (uid: string) =>
      (
        await host.exec(['/bin/sh', '-c', `find /tmp -name 'linked.*' -uid ${uid} | wc -l`])
      ).stdout.trim()
    assert.equal(await linkedBy('0'), '0')
    assert.notEqual(await linkedBy('1001'), '0', 'pam_env takes nothing from users here')
    // Nor can they write where it writes.
    const forge = 'echo "1 1 1 1 root - - password - - ." >>/run/fleetkey/logins/log'
    const { code } = await host.exec(['su', 'ec2-user', '-c', forge])
    assert.notEqual(code, 0)
  })

  it('begin where nothing can be written, and are found by their processes', async () => {
    const { host } = web
    const place = '/run/fleetkey/logins'
    const fill = `mount -t tmpfs -o size=4k,mode=700 tmpfs ${place} && head -c 4096 /dev/zero >${place}/log`
    assert.equal((await host.exec(['/bin/sh', '-c', fill])).code, 0)
    const before = await all()
    const options = { user: 'deploy', identityFile: standing.identityFile, command: 'true' }
    assert.equal((await ssh(host, options)).code, 0)
    await login({ user: 'deploy', identity: standing, command: 'echo ready; cat' })
    // It looks at all processes when it starts, and seldom later.
    await web.killAgent()
    await web.startAgent()
    const [session] = await newSessions(before, 1)
    assert.deepEqual([session?.seenBy, session?.explained], ['processes', 'unknown'])
    assert.equal((await host.exec(['umount', '-l', place])).code, 0)
  })

  it('leave the rules of PAM as they were when the agent goes', async () => {
    const { host } = web
    await web.stopAgent()
    const { code, stderr } = await host.exec([
      '/opt/fleetkey/cli/bin/fleetkey',
      'agent',
      'uninstall',
    ])
    assert.equal(code, 0, stderr)
    assert.equal(await host.readFile('/etc/pam.d/sshd'), readFileSync('/etc/pam.d/sshd', 'utf8'))
    const { stdout } = await host.exec(['stat', '-c', '%a %u %g', '/etc/pam.d/sshd'])
    assert.equal(stdout.trim(), '644 0 0')
    const gone = await host.exec(['test', '!', '-e', '/usr/lib/fleetkey'])
    assert.equal(gone.code, 0)
  })

  describe('of a host without PAM', () => {
    before(async () => {
      await startJournald(bare.host)
      await bare.host.restartSshd({ log: 'syslog' })
      await bare.stopAgent()
      await bare.startAgent()
    })

    it('are seen by their processes and what sshd says of them, and ended', async () => {
      const before = await all(bare)
      await pushKey(fleet.plane, bare, 'ec2-user', key)
      const { ended } = await login({ host: bare, command: BUSY })
      const [session] = await newSessions(before, 1, bare)
      assert.equal(session?.seenBy, 'words')
      assert.equal(session.explained, 'grant')
      assert.equal(session.sourceAddress, fleet.network.address4)
      const { code, stderr } = await run(['sessions', 'end', session.sessionId])
      await ended
      // Nothing there says whose the processes are that had left the session before: they are not guessed at.
      assert.ok(code === 0, stderr)
      await untilEnded(session.sessionId)
    })

    it('are seen without a shell or command, too (a tunnel for ever would be nobody’s)', async () => {
      const before = await all(bare)
      await pushKey(fleet.plane, bare, 'ec2-user', key)
      const { client, ended } = await login({ host: bare, arguments: ['-N'] })
      const [session] = await newSessions(before, 1, bare)
      assert.deepEqual([session?.osUser, session?.explained], ['ec2-user', 'grant'])
      client.kill()
      await ended
      await untilEnded(session?.sessionId ?? '')
    })

    it('are not made up by whoever writes lines in the name of sshd, which is an alarm', async () => {
      const before = await all(bare)
      const line = `Accepted publickey for root from 192.0.2.66 port 4711 ssh2: ED25519 SHA256:${'A'.repeat(43)}`
      // Under each name that sshd has, of whatever version.
      const names = ['sshd', 'sshd-session', 'sshd-auth']
      for (let time = 0; time < 20; time++) {
        const { code, stderr } = await bare.host.exec([
          'su',
          'deploy',
          '-c',
          `logger -t ${names[time % names.length]} '${line}'`,
        ])
        assert.equal(code, 0, stderr)
      }
      await until('the alarm', async () => (await events('LogTampered', bare)).length > 0, LONG_MS)
      const [event, ...more] = await events('LogTampered', bare)
      assert.equal(event?.record.additionalEventData['uid'], 1002)
      assert.deepEqual(more, [])
      assert.deepEqual(await all(bare), before)
      assert.ok(fleet.plane.log().includes("somebody on the host wrote log lines in sshd's name"))
    })
  })
})
