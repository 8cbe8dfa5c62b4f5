import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { mustRun, plainEnvironment, runProgram } from './run-program.ts'

/** One Ethernet segment of this machine: hosts are ports of it, the machine itself has one address on it. */
export interface Bridge {
  /** Interface name; port names start with it too. */
  readonly name: string
  /** The machine's own addresses. */
  readonly address4: string
  readonly address6: string
  /** Address of host n, 1 to 253, with prefix length. */
  host4(n: number): string
  host6(n: number): string
  port(n: number): string
}

/**
 * Makes a bridge with a subnet that nobody on this machine uses. The name is made of the subnet's number, and the kernel gives
 * a name to only one of several callers: that is the whole lock.
 * @param id 10 hex digits; become the bridge's MAC address, by which `removeBridge` knows it again
 */
export async function claimBridge(id: string): Promise<Bridge> {
  const start = Number.parseInt(id.slice(0, 4), 16)
  for (let step = 0; step < 254; step++) {
    const bridge = bridgeNumber(1 + ((start + step) % 254))
    if (subnetIsFree(bridge) && (await create(bridge, id))) return bridge
  }
  throw new Error('no free subnet in 10.77.0.0/16: remove the networks of earlier runs')
}

/**
 * Removes the bridge with this id and its ports. Found by MAC address at every step: its name may be somebody else's the
 * moment it is free. Synchronous, because it also runs while the program exits. Returns how many interfaces there were.
 */
export function removeBridge(id: string): number {
  const found = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    const bridges = readdirSync('/sys/class/net').filter(
      (name) => sysfs(`${name}/address`) === macOf(id),
    )
    if (bridges.length === 0) return found.size
    const doomed = bridges.flatMap((name) => [...portsOf(name), name])
    for (const name of doomed) found.add(name)
    // -force: a port may vanish by itself meanwhile, when the kernel frees its host's namespace.
    const input = doomed.map((name) => `link del ${name}\n`).join('')
    const env = plainEnvironment
    const { stderr } = spawnSync('ip', ['-force', '-batch', '-'], { input, env, encoding: 'utf8' })
    if (attempt === 10) throw new Error(`cannot remove ${doomed.join(', ')}: ${stderr}`)
  }
}

function bridgeNumber(x: number): Bridge {
  const name = `fk77x${x}`
  const net6 = `fd77:0:0:${x.toString(16)}::`
  return {
    name,
    address4: `10.77.${x}.254`,
    address6: `${net6}fe`,
    host4: (n) => `10.77.${x}.${n}/24`,
    host6: (n) => `${net6}${n.toString(16)}/64`,
    port: (n) => `${name}h${n}`,
  }
}

/** Somebody else's bridge may have the subnet under another name. */
function subnetIsFree(bridge: Bridge): boolean {
  const prefix = bridge.address4.replace(/\d+$/, '')
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return addresses.every(({ address }) => !address.startsWith(prefix))
}

async function create(bridge: Bridge, id: string): Promise<boolean> {
  const { name } = bridge
  const add = await runProgram(['ip', 'link', 'add', name, 'address', macOf(id), 'type', 'bridge'])
  if (add.code !== 0) {
    if (add.stderr.includes('File exists')) return false
    throw new Error(`cannot make a bridge: ${add.stderr}`)
  }
  // nodad: without a port there is no carrier, and duplicate address detection would wait for one.
  const input = `addr add ${bridge.address4}/24 dev ${name}
addr add ${bridge.address6}/64 dev ${name} nodad
link set ${name} up
`
  await mustRun(['ip', '-batch', '-'], { input })
  return true
}

function macOf(id: string): string {
  if (!/^[0-9a-f]{10}$/.test(id)) throw new Error(`not a network id: ${id}`)
  return `02:${id.replace(/..(?!$)/g, '$&:')}`
}

function portsOf(name: string): string[] {
  try {
    return readdirSync(`/sys/class/net/${name}/brif`)
  } catch {
    return [] // gone since we looked
  }
}

function sysfs(path: string): string {
  try {
    return readFileSync(`/sys/class/net/${path}`, 'utf8').trim()
  } catch {
    return '' // gone since we looked
  }
}
