import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openHostNetwork, removeLeftovers, type HostNetwork } from './host-network.ts'
import type { Host } from './host.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { generateKey, ssh, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'

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
    for (const line of ['usepam yes', 'passwordauthentication no', 'loglevel VERBOSE', 'port 22'])
      assert.ok(stdout.split('\n').includes(line), line)
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
    await until(async () => (await host.exec(['pgrep', '-f', 'sleep 987'])).code === 1)
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
    await until(async () => {
      const { stdout } = await host.exec(['ps', '-A', '-o', 'stat='])
      return !stdout.includes('Z')
    })
  })

  it('keeps what is written to itself', async () => {
    const paths = ['/usr/bin', '/etc', '/var/lib', '/opt', '/tmp', '/run', '/root', '/dev/shm']
    for (const path of paths) await host.writeFile(`${path}/fleet-leak`, 'x')
    for (const path of paths) assert.equal(existsSync(`${path}/fleet-leak`), false, path)
    assert.deepEqual(machineMounts(), [])
  })

  it('shows nothing private of the machine', async () => {
    const { stdout } = await host.exec(['ls', '-A', '/home', '/root', '/tmp', '/opt', '/var/log'])
    assert.deepEqual(
      stdout.split('\n').filter((line) => line !== '' && !line.endsWith(':')),
      [
        ...['alice', 'bob', 'fleetkey', 'btmp', 'lastlog', 'sshd.log', 'wtmp'],
        ...(stdout.includes('fleet-leak') ? ['fleet-leak'] : []),
      ],
    )
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
    await until(async () => (await login(host)).code === 255)
    await host.exec(['rm', '/etc/ssh/sshd_config.d/40-banner.conf'])
    await host.restartSshd()
    assert.equal((await login(host)).code, 0)
    assert.match(await host.sshdLog(), /not allowed because listed in DenyUsers/)
  })

  it('ends an open session when it is killed', async () => {
    const knownHostsFile = await writeKnownHosts(join(stateDir, 'known'), [host])
    const options = { user: 'alice', identityFile: key.identityFile, command: 'echo in; cat' }
    const client = spawn('ssh', sshArguments(host, { ...options, knownHostsFile }))
    await once(createInterface({ input: client.stdout }), 'line')
    host.kill()
    await host.ended()
    assert.throws(() => host.pid, /not running/)
    client.kill()
    await once(client, 'exit')
    await host.reboot()
    assert.equal((await login(host)).code, 0)
  })
})

describe('a reboot', suite, () => {
  it('keeps addresses, host keys and disk, and nothing of /run, /tmp and the boot', async () => {
    const network = await openHostNetwork({ stateDir })
    try {
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
    } finally {
      await network.close()
    }
  })
})

describe('a shifted clock', suite, () => {
  it('is what sshd judges expiry-time by', async () => {
    const network = await openHostNetwork({ stateDir })
    try {
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
    } finally {
      await network.close()
    }
  })
})

describe('networks', suite, () => {
  it('live side by side without seeing each other', async () => {
    const networks = await Promise.all([1, 2, 3].map(() => openHostNetwork({ stateDir })))
    try {
      assert.equal(new Set(networks.map(({ address4 }) => address4)).size, 3)
      const hosts = await Promise.all(
        networks.map((network) => network.startHost({ name: 'h1', users: ['alice'] })),
      )
      await Promise.all(hosts.map((host) => authorize(host)))
      const logins = await Promise.all(hosts.map((host) => login(host, 'hostname', 6)))
      assert.deepEqual(
        logins.map(({ code }) => code),
        [0, 0, 0],
      )
      const [first, second] = hosts
      assert.ok(first && second)
      const { code } = await first.exec(['bash', '-c', `: </dev/tcp/${second.address4}/22`])
      assert.notEqual(code, 0)
    } finally {
      await Promise.all(networks.map((network) => network.close()))
    }
  })

  it('leave nothing when they close', async () => {
    const network = await openHostNetwork({ stateDir })
    const starts = ['h1', 'h2', 'h3'].map((name) => network.startHost({ name, users: ['alice'] }))
    const hosts = await Promise.all(starts)
    hosts[0]?.spawn(['sleep', '1000'], { stdio: 'ignore' })
    const namespaces = hosts.map(({ pid }) => namespaceOf(pid))
    const prefix = bridgePrefix(network)
    assert.notDeepEqual(interfaces(prefix), [])
    assert.notDeepEqual(processesIn(namespaces), [])

    await network.close()
    await network.close()

    assert.deepEqual(interfaces(prefix), [])
    assert.deepEqual(processesIn(namespaces), [])
    assert.deepEqual(machineMounts(), [])
    assert.deepEqual(await networkDirs(), [])
    await assert.rejects(network.startHost({ name: 'h4', users: [] }), /closed/)
  })

  it('close while a host is starting', async () => {
    const network = await openHostNetwork({ stateDir })
    const start = network.startHost({ name: 'h1', users: [] }).catch(() => undefined)
    await network.close()
    await start
    assert.deepEqual(interfaces(bridgePrefix(network)), [])
    assert.deepEqual(await networkDirs(), [])
  })

  it('refuse a host that cannot be, and close all the same', async () => {
    const network = await openHostNetwork({ stateDir })
    const mounts = [{ from: '/nonexistent', to: '/opt/x' }]
    await assert.rejects(network.startHost({ name: 'h1', users: [], mounts }), /h1: its init ended/)
    await assert.rejects(network.startHost({ name: '../h', users: [] }), /not a host name/)
    await network.close()
    assert.deepEqual(await networkDirs(), [])
  })
})

describe('an owner that dies', suite, () => {
  const openInChild = async () => {
    const code = `
      import { openHostNetwork } from ${JSON.stringify(new URL('host-network.ts', import.meta.url))}
      const network = await openHostNetwork({ stateDir: ${JSON.stringify(stateDir)} })
      const host = await network.startHost({ name: 'h1', users: ['alice'] })
      host.spawn(['sleep', '1000'], { stdio: 'ignore' })
      console.log(JSON.stringify([network.address4, host.pid]))
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const [address4, pid] = JSON.parse(String(line)) as [string, number]
    return { child, prefix: bridgePrefix({ address4 }), namespaces: [namespaceOf(pid)] }
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`by ${signal} leaves nothing, and dies of it`, async () => {
      const { child, prefix, namespaces } = await openInChild()
      child.kill(signal)
      assert.deepEqual(await once(child, 'exit'), [null, signal])
      assert.deepEqual(interfaces(prefix), [])
      await until(() => processesIn(namespaces).length === 0)
      assert.deepEqual(await networkDirs(), [])
    })

  it('by SIGKILL takes its hosts along, and removeLeftovers finds the rest', async () => {
    const { child, prefix, namespaces } = await openInChild()
    assert.equal(await removeLeftovers(stateDir), 0) // it lives
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until(() => processesIn(namespaces).length === 0)
    assert.notDeepEqual(interfaces(prefix), [])

    assert.ok((await removeLeftovers(stateDir)) >= 2) // bridge and files
    assert.deepEqual(interfaces(prefix), [])
    assert.deepEqual(await networkDirs(), [])
    assert.equal(await removeLeftovers(stateDir), 0)
  })
})

describe('removeLeftovers', suite, () => {
  it('finds nothing where nobody ever was', async () => {
    assert.equal(await removeLeftovers(join(stateDir, 'never')), 0)
  })

  it('leaves the networks of a living owner alone', async () => {
    const network = await openHostNetwork({ stateDir })
    assert.equal(await removeLeftovers(stateDir), 0)
    assert.notDeepEqual(interfaces(bridgePrefix(network)), [])
    await network.close()
  })
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `not so after 5 s: ${isSo}`)
    await sleep(20)
  }
}

function bridgePrefix({ address4 }: { readonly address4: string }): string {
  return `fk77x${address4.split('.')[2]}`
}

function interfaces(prefix: string): string[] {
  return readdirSync('/sys/class/net').filter((name) => name.replace(/h\d+$/, '') === prefix)
}

function namespaceOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/pid`)
}

function processesIn(namespaces: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return namespaces.includes(namespaceOf(Number(name)))
      } catch {
        return false // ended since we looked
      }
    })
}

function machineMounts(): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(stateDir))
}

async function networkDirs(): Promise<string[]> {
  return (await readdir(stateDir)).filter((name) => name.startsWith('network-'))
}
