import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { Account, Accounts } from '../accounts.ts'
import type { AgentParts } from '../agent.ts'
import type { BootClock } from '../boot-clock.ts'
import type { Delivery, LiveKey } from '../delivery.ts'
import { makeIdentity } from '../identity.ts'
import { createLog, type Log } from '../log.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { TrustStore } from '../state.ts'
import { DEPLOYMENT, INSTANCE_ID } from './control-plane.ts'

export const BOOT_ID = '11111111-2222-3333-4444-555555555555'

/** A boot clock that the test moves. */
export interface FakeClock extends BootClock {
  /** Hundredths of a second. */
  advance(by: number): void
}

export function createFakeClock(start = 100_000): FakeClock {
  let now = start
  return { bootId: BOOT_ID, now: () => now, advance: (by) => void (now += by) }
}

/** What would be on the host; each call may be made to fail or wait. */
export interface FakeDelivery extends Delivery {
  readonly keys: Map<string, LiveKey>
  cleared: number
  before: (call: 'install' | 'remove' | 'clear', key?: LiveKey) => Promise<void>
}

export function createFakeDelivery(): FakeDelivery {
  const keys = new Map<string, LiveKey>()
  const delivery: FakeDelivery = {
    kind: 'command',
    keys,
    cleared: 0,
    before: async () => {},
    async install(key) {
      await delivery.before('install', key)
      keys.set(key.grantId, key)
    },
    async remove(key) {
      await delivery.before('remove', key)
      keys.delete(key.grantId)
    },
    async clear() {
      await delivery.before('clear')
      delivery.cleared++
      keys.clear()
    },
    problems: async () => [],
  }
  return delivery
}

export const ALICE: Account = { name: 'alice', uid: 1000, shell: '/bin/bash' }
export const ROOT: Account = { name: 'root', uid: 0, shell: '/bin/bash' }

export const createFakeAccounts = (accounts: readonly Account[] = [ALICE, ROOT]): Accounts => ({
  find: async (name) => accounts.find((account) => account.name === name),
  namesWithUid: async (uid) =>
    accounts.filter((account) => account.uid === uid).map(({ name }) => name),
})

export const SAMPLE_FACTS: HostFacts = {
  hostname: 'web-1',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x64',
  agentVersion: '0.1.0',
  addresses4: ['192.0.2.7'],
  addresses6: [],
  sshAddresses: ['192.0.2.7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: 'OpenSSH_9.2p1',
  hostKeys: [],
  delivery: 'command',
  lock: { kind: 'locked' },
  problems: [],
}

export const silentLog = (): Log => createLog('error', () => {})

/** A directory of its own that goes when the test ends. */
export function scratchDirectory(test: { after: (work: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'fleetkey-agent-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Everything an Agent needs, all fake but the protocol. */
export function createParts(options: {
  readonly serverUrl: string
  readonly issuerKey: string
  readonly stateDirectory: string
}) {
  const enrolment = {
    instanceId: INSTANCE_ID,
    deployment: DEPLOYMENT,
    issuerKeys: [options.issuerKey],
    minimumEpoch: 1,
    caCertificate: '',
    serverUrl: options.serverUrl,
  }
  const delivery = createFakeDelivery()
  const clock = createFakeClock()
  const parts: AgentParts = {
    settings: DEFAULT_SETTINGS,
    enrolment,
    identity: makeIdentity(),
    trust: new TrustStore(options.stateDirectory, enrolment),
    clock,
    delivery,
    log: silentLog(),
    collectFacts: async () => SAMPLE_FACTS,
    accounts: createFakeAccounts(),
    backoff: { base: 10, cap: 40, forgotten: 50, random: () => 0.5 },
  }
  return { parts, delivery, clock }
}
