import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pushWithSdk } from './aws-sdk.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { generateKey, ssh, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

// Promise 1 and 2 of the product, on real hosts and in real time: one key each, all minutes run side by side.

describe('a pushed key', { skip: whyNoHosts() ?? false, concurrency: true }, () => {
  let fleet: TestFleet
  /** A control plane of its own: it is stopped while the key lives. */
  let lonely: TestFleet
  let key: KeyPair

  before(async () => {
    ;[fleet, lonely] = await Promise.all([
      openTestFleet({
        hosts: {
          healthy: {},
          'agent-killed': {},
          'clock-back': {},
          rebooted: {},
          'clock-ahead': {},
        },
      }),
      openTestFleet({ hosts: { 'server-stopped': {} } }),
    ])
    key = await generateKey(fleet.dir, 'ed25519')
  })
  after(async () => {
    await Promise.all([fleet?.close(), lonely?.close()])
  })

  /** Pushes and returns when Success was told, on the monotonic clock. */
  async function push(
    from: TestFleet,
    name: string,
  ): Promise<{ readonly at: number; host: EnrolledHost }> {
    const host = from.hosts[name]
    assert.ok(host)
    const answer = await pushWithSdk(from.plane.root, {
      instanceId: host.instanceId,
      osUser: 'ec2-user',
      publicKey: key.publicKey,
    })
    assert.ok('success' in answer && answer.success, JSON.stringify(answer))
    return { at: performance.now(), host }
  }

  async function logsIn({ host }: EnrolledHost): Promise<boolean> {
    const { code, stdout } = await ssh(host, {
      user: 'ec2-user',
      identityFile: key.identityFile,
      command: 'hostname',
    })
    return code === 0 && stdout.trim() === host.name
  }

  const until = (at: number, seconds: number) =>
    sleep(Math.max(0, at + seconds * 1000 - performance.now()))

  it('logs in with plain ssh for 59 seconds, twice if one likes, is refused at 61, and its session goes on', async () => {
    const { at, host } = await push(fleet, 'healthy')
    const knownHostsFile = await writeKnownHosts(`${fleet.dir}/known_hosts`, [host.host])
    const session = spawn(
      'ssh',
      sshArguments(host.host, {
        user: 'ec2-user',
        identityFile: key.identityFile,
        knownHostsFile,
        command: 'while read -r line; do echo "still here: $line"; done',
      }),
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    assert.ok(await logsIn(host), 'a second login inside the minute')
    // A login takes a quarter of a second; sshd looks at the key within the first tenths.
    await until(at, 58)
    assert.ok(await logsIn(host), 'a login in the last seconds')
    await until(at, 61)
    assert.equal(await logsIn(host), false)
    session.stdin.write('after the minute\n')
    const [line] = (await once(session.stdout, 'data')) as [Buffer]
    assert.equal(line.toString(), 'still here: after the minute\n')
    session.stdin.end()
    await once(session, 'exit')
  })

  it('that is offered too late is refused, and whoever pushed is told why', async () => {
    const { instanceId, host } = fleet.hosts['healthy'] ?? assert.fail()
    const answer = await pushWithSdk(fleet.plane.root, {
      instanceId,
      osUser: 'deploy',
      publicKey: key.publicKey,
    })
    assert.ok('success' in answer)
    await until(performance.now(), 61)
    const { identityFile } = key
    assert.notEqual((await ssh(host, { user: 'deploy', identityFile })).code, 0)
    const story = await fleetkeyJson(['grants', 'show', answer.requestId], {
      env: fleet.plane.root,
    })
    const { state, cause, says } = story as Record<string, string>
    assert.deepEqual([state, cause], ['refused', 'key-expired'])
    assert.match(says ?? '', /after its (?:time was|60 seconds were) over/)
  })

  it('that nobody offers is told of as such, by an exit code of its own', async () => {
    const { instanceId } = fleet.hosts['clock-ahead'] ?? assert.fail()
    const argv = ['send-key', instanceId, '--os-user', 'deploy', '--wait', '75', '--public-key']
    const { code, stdout, stderr } = await fleetkey([...argv, `${key.identityFile}.pub`], {
      env: fleet.plane.root,
      timeoutMs: 90_000,
    })
    assert.equal(code, 91, stderr)
    assert.match(stdout, /expired {3}Nobody offered the key\.|expired {3}The key's time is over\./)
    assert.match(stderr, /Nobody logged in with the key while it lived/)
  })

  it('is dead at 61 seconds though the agent was killed', async () => {
    const { at, host } = await push(fleet, 'agent-killed')
    await host.killAgent()
    assert.ok(await logsIn(host), 'the key needs no agent')
    await until(at, 61)
    assert.equal(await logsIn(host), false)
  })

  it('is dead at 61 seconds though the server was stopped', async () => {
    const { at, host } = await push(lonely, 'server-stopped')
    await lonely.plane.stop()
    assert.ok(await logsIn(host), 'the key needs no server')
    await until(at, 61)
    assert.equal(await logsIn(host), false)
  })

  it('is dead at 61 seconds though the clock was set back an hour and the agent was killed', async () => {
    const { at, host } = await push(fleet, 'clock-back')
    await host.killAgent()
    await host.host.restartSshd({ fakeClockSeconds: -3600 })
    assert.ok(await logsIn(host), 'the minute does not follow the wall clock')
    await until(at, 61)
    assert.equal(await logsIn(host), false)
  })

  it('dies early, never late, when the clock jumps ahead', async () => {
    const { host } = await push(fleet, 'clock-ahead')
    await host.host.restartSshd({ fakeClockSeconds: 7200 })
    assert.equal(await logsIn(host), false)
  })

  it('is dead after a reboot of the host', async () => {
    const { at, host } = await push(fleet, 'rebooted')
    await host.host.reboot()
    assert.equal(await logsIn(host), false, 'keys live in memory')
    await host.startAgent()
    assert.equal(await logsIn(host), false, 'and no agent brings them back')
    await until(at, 61)
    assert.equal(await logsIn(host), false)
    // The host itself is well: a fresh key is taken.
    await push(fleet, 'rebooted')
    assert.ok(await logsIn(host))
  })
})
