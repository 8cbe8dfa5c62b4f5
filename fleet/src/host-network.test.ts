import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, before, describe, it } from 'node:test'
import { openHostNetwork, removeLeftovers, type HostNetwork } from './host-network.ts'
import type { Host } from './host.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { hasEnded, startTimeOf } from './process-tree.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { until } from './until.ts'

const missing = missingPrerequisites()
const skip = missing.length === 0 ? false : `SKIPPED: test hosts need ${missing.join(', ')}`
if (skip !== false) console.error(skip)

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

  it('leave nothing when they close', () =>
    withNetwork(async (network) => {
      const starts = ['h1', 'h2', 'h3'].map((name) => network.startHost({ name, users: ['alice'] }))
      const hosts = await Promise.all(starts)
      const inits = hosts.map(({ pid }) => pid)
      hosts[0]?.spawn(['sleep', '1000'], { stdio: 'ignore' })
      await until('init and sshd run in each, sleep in one', () => processesOf(inits).length >= 7)
      const processes = processesOf(inits)
      const links = interfacesOf(network)
      assert.equal(links.length, 4)

      await network.close()
      await network.close()

      assert.deepEqual(stillThere(links), [])
      assert.deepEqual(processes.filter(isAlive), [])
      assert.deepEqual(machineMounts(), [])
      assert.deepEqual(await networkDirs(), [])
      await assert.rejects(network.startHost({ name: 'h4', users: [] }), /closed/)
    }))

  it('close while a host is starting', () =>
    withNetwork(async (network) => {
      const links = interfacesOf(network)
      const start = network.startHost({ name: 'h1', users: [] }).catch(() => undefined)
      await network.close()
      await start
      assert.deepEqual(stillThere(links), [])
      assert.deepEqual(await networkDirs(), [])
    }))

  it('refuse a host that cannot be, and close all the same', () =>
    withNetwork(async (network) => {
      const mounts = [{ from: join(stateDir, 'missing'), to: '/opt/x' }]
      const start = network.startHost({ name: 'h1', users: [], mounts })
      await assert.rejects(start, /^Error: h1: [^]*missing/)
      await assert.rejects(network.startHost({ name: '../h', users: [] }), /not a host name/)
      await network.close()
      assert.deepEqual(await networkDirs(), [])
    }))
})

describe('an owner that dies', suite, () => {
  const owners = new Set<ChildProcess>()
  // Of a test that failed: it would keep the runner waiting.
  afterEach(async () => {
    for (const owner of owners)
      if (!hasEnded(owner)) {
        owner.kill('SIGKILL')
        await once(owner, 'exit')
      }
    owners.clear()
    await removeLeftovers(stateDir)
  })

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
    owners.add(child)
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const [address4, pid] = JSON.parse(String(line)) as [string, number]
    return { child, links: interfacesOf({ address4 }), processes: processesOf([pid]) }
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`by ${signal} leaves nothing, and dies of it`, async () => {
      const { child, links, processes } = await openInChild()
      child.kill(signal)
      assert.deepEqual(await once(child, 'exit'), [null, signal])
      assert.deepEqual(stillThere(links), [])
      await until('its hosts are gone', () => !processes.some(isAlive))
      assert.deepEqual(await networkDirs(), [])
    })

  it('by SIGKILL takes its hosts along, and removeLeftovers finds the rest', async () => {
    const { child, links, processes } = await openInChild()
    assert.equal(await removeLeftovers(stateDir), 0) // it lives
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until('its hosts are gone', () => !processes.some(isAlive))
    await until('the port went with its host', () => stillThere(links).length === 1)

    assert.ok((await removeLeftovers(stateDir)) >= 2) // bridge and files
    assert.deepEqual(stillThere(links), [])
    assert.deepEqual(await networkDirs(), [])
    assert.equal(await removeLeftovers(stateDir), 0)
  })
})

describe('removeLeftovers', suite, () => {
  it('finds nothing where nobody ever was', async () => {
    assert.equal(await removeLeftovers(join(stateDir, 'never')), 0)
  })

  it('leaves the networks of a living owner alone', () =>
    withNetwork(async (network) => {
      assert.equal(await removeLeftovers(stateDir), 0)
      assert.equal(interfacesOf(network).length, 1)
    }))
})

/** "name index" each. The name alone may be another network's the moment ours is closed. */
function interfacesOf({ address4 }: { readonly address4: string }): string[] {
  const bridge = `fk77x${address4.split('.')[2]}`
  return interfaces().filter((line) => line.split(' ')[0]?.replace(/h\d+$/, '') === bridge)
}

function interfaces(): string[] {
  return readdirSync('/sys/class/net').flatMap((name) => {
    try {
      return [`${name} ${readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8').trim()}`]
    } catch {
      return [] // gone since we looked: other networks come and go; even a file that opened may not be readable any more
    }
  })
}

function stillThere(before: readonly string[]): string[] {
  return interfaces().filter((line) => before.includes(line))
}

interface Process {
  readonly pid: number
  readonly started: string | undefined
}

/** All processes of hosts, by their inits. Not to be asked for after the end: numbers of namespaces are given out again. */
function processesOf(inits: readonly number[]): Process[] {
  const namespaces = inits.map((pid) => namespaceOf(pid))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), started: startTimeOf(Number(name)) }))
    .filter(({ pid }) => namespaces.includes(namespaceOf(pid) ?? 'ended since we looked'))
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}

function isAlive({ pid, started }: Process): boolean {
  return startTimeOf(pid) === started
}

function machineMounts(): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(stateDir))
}

async function networkDirs(): Promise<string[]> {
  return (await readdir(stateDir)).filter((name) => name.startsWith('network-'))
}
