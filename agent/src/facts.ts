import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { arch, hostname, networkInterfaces } from 'node:os'
import { printable } from '@fleetkey/domain/printable'
import type { DeliveryKind, HostFacts, LockState } from '@fleetkey/domain/host-facts'
import { ABILITIES } from './abilities.ts'
import { localAccounts } from './accounts.ts'
import { reason } from './log.ts'
import { loginAccounts } from './login-accounts.ts'
import { AGENT_VERSION } from './version.ts'

/** Who knows what of the host. Each may throw: the facts then say so instead of holding everything up. */
export interface FactSources {
  readonly delivery: DeliveryKind
  readonly problems: () => Promise<readonly string[]>
  readonly sshd: () => Promise<SshdFacts>
  readonly lock: () => Promise<LockState>
  /** From the settings: override what sshd says. */
  readonly sshPort?: number
  readonly tunnelPorts?: readonly number[]
}

export interface SshdFacts {
  readonly version: string
  readonly port: number
  readonly hostKeys: readonly string[]
  /** Addresses that sshd listens on, `0.0.0.0` and `::` for all of a family. Default: all. */
  readonly listensOn?: readonly string[]
}

/** Lists are cut here, so that a hello always fits in one message of the link. */
const MAX_ADDRESSES = 16
const MAX_HOST_KEYS = 8
const MAX_PROBLEMS = 16
const MAX_WAYS = 16

/** What this host says of itself. Never throws; what cannot be known becomes a problem in words. */
export async function collectFacts(sources: FactSources): Promise<HostFacts> {
  const problems: string[] = []
  const or = async <Value>(value: Promise<Value>, fallback: Value, what: string) => {
    try {
      return await value
    } catch (failure) {
      problems.push(`${what}: ${reason(failure)}`)
      return fallback
    }
  }
  const unknownSshd: SshdFacts = { version: '', port: 22, hostKeys: [] }
  const sshd = await or(sources.sshd(), unknownSshd, 'sshd cannot be examined')
  const unknownLock: LockState = { kind: 'unknown', because: 'it could not be measured' }
  const lock = await or(sources.lock(), unknownLock, 'the lock cannot be measured')
  problems.unshift(...(await or(sources.problems(), [], 'the delivery cannot be examined')))
  const accounts = await or((async () => localAccounts())(), [], 'the accounts cannot be read')
  const addresses = findAddresses()
  return {
    hostname: shown(hostname()),
    os: shown(osName()),
    architecture: arch(),
    agentVersion: AGENT_VERSION,
    addresses4: addresses.filter((address) => !address.includes(':')).slice(0, MAX_ADDRESSES),
    addresses6: addresses.filter((address) => address.includes(':')).slice(0, MAX_ADDRESSES),
    sshAddresses: reachable(addresses, sshd.listensOn).slice(0, 2 * MAX_ADDRESSES),
    sshPort: sources.sshPort ?? sshd.port,
    tunnelPorts: sources.tunnelPorts ?? [sshd.port],
    sshdVersion: shown(sshd.version),
    hostKeys: sshd.hostKeys.filter((key) => key.length <= 1024).slice(0, MAX_HOST_KEYS),
    delivery: sources.delivery,
    lock: cut(lock),
    problems: problems.slice(0, MAX_PROBLEMS).map(shown),
    abilities: ABILITIES,
    osUsers: loginAccounts(accounts),
  }
}

/** Under its limits too, text from the host must not act in anybody's terminal: the server refuses facts with control characters. */
const shown = (text: string) => printable(text, 256)

function cut(lock: LockState): LockState {
  switch (lock.kind) {
    case 'locked':
      return lock
    case 'open':
      return { kind: 'open', ways: lock.ways.slice(0, MAX_WAYS).map(shown) }
    case 'unknown':
      return { kind: 'unknown', because: shown(lock.because) }
  }
}

/** os-release(5); the kernel's name where there is none. */
function osName(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      const [, , quoted, plain] =
        /^PRETTY_NAME=(["']?)(?:(?<=["'])(.*)\1|([^"'\n]*))$/m.exec(readFileSync(path, 'utf8')) ??
        []
      const name = quoted ?? plain
      if (name) return name
    } catch {
      // the next place, then the fallback: an os without a name is no reason to stop
    }
  }
  return process.platform
}

/** Where sshd listens on certain addresses only, those are it, also 127.0.0.1: people would knock at the others in vain. */
function reachable(addresses: readonly string[], listensOn: readonly string[] = []) {
  if (listensOn.length === 0) return addresses
  const onAll = addresses.filter((address) =>
    listensOn.includes(address.includes(':') ? '::' : '0.0.0.0'),
  )
  const certain = listensOn.filter(
    (address) =>
      !['0.0.0.0', '::'].includes(address) && isIP(address) > 0 && !address.includes('%'),
  )
  return [...new Set([...onAll, ...certain])]
}

/** The addresses of this host that mean it to others too: neither loopback nor link-local (RFC 3927, RFC 4291 §2.5.6). */
export function findAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/i.test(address))
    .map(({ address }) => address)
    .toSorted()
}
