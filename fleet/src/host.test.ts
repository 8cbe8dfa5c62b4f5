import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openHostNetwork, type HostNetwork } from './host-network.ts'
import type { Host } from './host.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { generateKey, ssh, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { until } from './until.ts'

const missing = missingPrerequisites()
const skip = missing.length === 0 ? false : `SKIPPED: test hosts need ${missing.join(', ')}`
if (skip !== false) console.error(skip)

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const suite = { skip, timeout: 120_000 }
let stateDir: string
let key: KeyPair

before(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'fleet-'))
  key = await generateKey(stateDir, 'ed25519')
})
after(() => rm(stateDir, { recursive: true, force: true }))

/** Gives alice a line in her own authorized_keys. */
const authorize = (host: Host, options = '') =>
  host.writeFile('/home/alice/.ssh/authorized_keys', `${options}${key.publicKey}\n`, {
    owner: 'alice:alice',
  })

const login = (host: Host, command = 'true', family: 4 | 6 = 4) =>
  ssh(host, { user: 'alice', identityFile: key.identityFile, command, family })

/** Closes it also when the test fails: its processes would keep the test runner waiting. */
const withNetwork = async (test: (network: HostNetwork) => Promise<void>) => {
  const network = await openHostNetwork({ stateDir })
  try {
    await test(network)
  } finally {
    await network.close()
  }
}

/** sshd's own time format, UTC. */
const expiryTime = (inSeconds: number) => {
  const iso = new Date(Date.now() + inSeconds * 1000).toISOString()
  return `expiry-time="${iso.slice(0, 19).replace(/[-:T]/g, '')}Z" `
}

describe('a host', suite, () => {
  let network: HostNetwork
  let host: Host

  before(async () => {
    network = await openHostNetwork({ stateDir, label: 'a host' })
    host = await network.startHost({
      name: 'web-1',
      users: ['alice', 'bob'],
      env: { FLEET: 'yes' },
      mounts: [{ from: checkout, to: '/opt/fleetkey' }],
    })
    await authorize(host)
  })
  after(() => network.close())

  for (const family of [4, 6] as const)
    it(`lets alice in with her key over IPv${family}`, async () => {
      const { stdout, stderr } = await login(host, 'id -un; hostname', family)
      assert.equal(stdout, 'alice\nweb-1\n', stderr)
    })

  it('has the sshd_config of the distribution, with passwords off', async () => {
    const { stdout } = await host.exec(['/usr/sbin/sshd', '-T'])
    // Keywords as 9.2 spells them; 10.5 does otherwise.
    const lines = stdout.toLowerCase().split('\n')
    for (const line of ['usepam yes', 'passwordauthentication no', 'loglevel verbose', 'port 22'])
      assert.ok(lines.includes(line), line)
    assert.match(await host.readFile('/etc/ssh/sshd_config'), /^Include .*sshd_config\.d/m)
  })

  it('gives a terminal', async () => {
    const options = { user: 'alice', identityFile: key.identityFile, command: 'tty' }
    const { stdout, stderr } = await ssh(host, { ...options, arguments: ['-tt'] })
    assert.match(stdout, /^\/dev\/pts\/\d+/, stderr)
  })

  it('runs the checkout with its own node, and cannot change it', async () => {
    const node = '/opt/fleetkey/node_modules/node/bin/node'
    const { stdout, stderr } = await host.exec([node, '-p', 'process.version'])
    assert.equal(stdout, `${process.version}\n`, stderr)
    assert.notEqual((await host.exec(['touch', '/opt/fleetkey/x'])).code, 0)
  })

  it('passes input, environment and codes through exec', async () => {
    const script = 'cat; echo "$FLEET $MORE" >&2; exit 7'
    const result = await host.exec(['sh', '-c', script], { input: 'in', env: { MORE: 'too' } })
    assert.deepEqual(result, { code: 7, stdout: 'in', stderr: 'yes too\n' })
  })

  it('gives the environment of this process to nobody', async () => {
    process.env['FLEET_TEST_SECRET'] = 'x'
    assert.doesNotMatch((await host.exec(['env'])).stdout, /FLEET_TEST_SECRET/)
  })

  it('ends a program that is not done in time, and its children', async () => {
    const exec = host.exec(['sh', '-c', 'sleep 987 & wait'], { timeoutMs: 300 })
    await assert.rejects(exec, /not done after 300 ms/)
    await until(
      'it is gone',
      async () => (await host.exec(['pgrep', '-f', 'sleep 987'])).code === 1,
    )
  })

  it('passes a signal on to a spawned program', async () => {
    const trap = "trap 'echo stopped; exit 3' TERM; echo up; while :; do sleep 0.01; done"
    const child = host.spawn(['bash', '-c', trap])
    assert.ok(child.stdout)
    const lines = createInterface({ input: child.stdout })
    assert.deepEqual(await once(lines, 'line'), ['up'])
    const [line, exit] = [once(lines, 'line'), once(child, 'exit')]
    assert.ok(child.kill())
    assert.deepEqual(await line, ['stopped'])
    assert.deepEqual(await exit, [3, null])
  })

  it('collects orphans (a pile of zombies would fill its process table)', async () => {
    await host.exec(['sh', '-c', '(sleep 0.01 &) >/dev/null 2>&1; (true &)'])
    await until('no zombie', async () => {
      const { stdout } = await host.exec(['ps', '-A', '-o', 'stat='])
      return !stdout.includes('Z')
    })
  })

  it('keeps what is written to itself', async () => {
    const paths = ['/usr/bin', '/etc', '/var/lib', '/opt', '/tmp', '/run', '/root', '/dev/shm']
    for (const path of paths) await host.writeFile(`${path}/fleet-leak`, 'x')
    for (const path of paths) assert.equal(existsSync(`${path}/fleet-leak`), false, path)
    assert.deepEqual(machineMounts(), [])
    await host.exec(['rm', ...paths.map((path) => `${path}/fleet-leak`)])
  })

  it('shows nothing private of the machine', async () => {
    const { stdout } = await host.exec(['ls', '-A', '/home', '/root', '/tmp', '/opt', '/var/log'])
    const names = stdout.split('\n').filter((line) => line !== '' && !line.endsWith(':'))
    assert.deepEqual(names, ['alice', 'bob', 'fleetkey', 'btmp', 'lastlog', 'sshd.log', 'wtmp'])
    assert.doesNotMatch(await host.readFile('/etc/shadow'), /\$/)
  })

  it('cannot set the clock of the machine', async () => {
    assert.notEqual((await host.exec(['date', '-s', '@0'])).code, 0)
  })

  it('reaches a server on the machine by the address of the network', async () => {
    for (const address of [network.address4, network.address6]) {
      const server = createServer((socket) => socket.end('hello')).listen(0, address)
      await once(server, 'listening')
      const bound = server.address()
      assert.ok(bound !== null && typeof bound === 'object')
      const read = `exec 3<>"/dev/tcp/$1/$2"; cat <&3`
      const argv = ['bash', '-c', read, '-', address, String(bound.port)] as const
      assert.equal((await host.exec(argv)).stdout, 'hello')
      server.close()
    }
  })

  it('takes a new configuration by the signal that the documentation names', async () => {
    await host.writeFile('/etc/ssh/sshd_config.d/40-banner.conf', 'DenyUsers alice\n')
    await host.exec(['sh', '-c', 'kill -HUP $(cat /run/sshd.pid)'])
    await until('sshd refuses alice', async () => {
      await login(host) // refused already while sshd is between two listeners
      return /not allowed because listed in DenyUsers/.test(await host.sshdLog())
    })
    await host.exec(['rm', '/etc/ssh/sshd_config.d/40-banner.conf'])
    await host.restartSshd()
    assert.equal((await login(host)).code, 0)
  })

  it('ends an open session when it is killed', async () => {
    const knownHostsFile = await writeKnownHosts(join(stateDir, 'known'), [host])
    const options = { user: 'alice', identityFile: key.identityFile, command: 'echo in; cat' }
    const client = spawn('ssh', sshArguments(host, { ...options, knownHostsFile }))
    const exit = once(client, 'exit')
    await once(createInterface({ input: client.stdout }), 'line')
    host.kill()
    await host.ended()
    assert.throws(() => host.pid, /not running/)
    client.kill() // it waits for packets that nobody will send
    await exit
    await host.reboot()
    assert.equal((await login(host)).code, 0)
  })
})

describe('a reboot', suite, () => {
  it('keeps addresses, host keys and disk, and nothing of /run, /tmp and the boot', () =>
    withNetwork(async (network) => {
      const host = await network.startHost({ name: 'h1', users: ['alice'] })
      const { pid, address4, hostKeys } = host
      await authorize(host)
      const kept = ['/etc/kept', '/usr/lib/kept', '/var/lib/kept', '/opt/kept', '/kept']
      const lost = ['/run/lost', '/tmp/lost', '/dev/shm/lost']
      for (const path of [...kept, ...lost]) await host.writeFile(path, 'x')
      const bootId = await host.readFile('/proc/sys/kernel/random/boot_id')
      const machineId = await host.readFile('/etc/machine-id')

      await host.reboot()

      assert.notEqual(host.pid, pid)
      assert.deepEqual([host.address4, host.hostKeys], [address4, hostKeys])
      assert.equal((await login(host)).code, 0) // with the host keys of before
      for (const path of kept) assert.equal(await host.readFile(path), 'x')
      for (const path of lost) await assert.rejects(host.readFile(path), /No such file/)
      assert.notEqual(await host.readFile('/proc/sys/kernel/random/boot_id'), bootId)
      assert.equal(await host.readFile('/etc/machine-id'), machineId)
    }))
})

describe('a shifted clock', suite, () => {
  it('is what sshd judges expiry-time by', () =>
    withNetwork(async (network) => {
      const host = await network.startHost({ name: 'h1', users: ['alice'] })
      const codes = async () => {
        await authorize(host, expiryTime(600))
        const ahead = (await login(host)).code
        await authorize(host, expiryTime(-600))
        return [ahead, (await login(host)).code]
      }
      assert.deepEqual(await codes(), [0, 255])
      await host.restartSshd({ fakeClockSeconds: 3600 })
      assert.deepEqual(await codes(), [255, 255])
      await host.restartSshd({ fakeClockSeconds: -3600 })
      assert.deepEqual(await codes(), [0, 0])
      await host.restartSshd()
      assert.deepEqual(await codes(), [0, 255])
    }))
})

function machineMounts(): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(stateDir))
}
