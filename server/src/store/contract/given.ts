import { randomBytes } from 'node:crypto'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { Tags } from '@fleetkey/domain/instance'
import type { JoinTokenRow, Redemption, Store, TrailEntry } from '../store.ts'

// Values that the contract starts from. Each has a name that no other case has.

export function fresh(prefix: string): string {
  return prefix + randomBytes(8).toString('hex')
}

export const NOW = 1_800_000_000_000

export const FACTS: HostFacts = {
  hostname: 'web-1',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x64',
  agentVersion: '0.1.0',
  addresses4: ['10.0.0.7'],
  addresses6: ['fd00::7'],
  sshAddresses: ['10.0.0.7', 'fd00::7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: 'OpenSSH_9.2p1',
  hostKeys: ['ssh-ed25519 AAAA'],
  delivery: 'command',
  lock: { kind: 'open', ways: ['password'] },
  problems: [],
}

export function joinToken(change: Partial<JoinTokenRow> = {}): JoinTokenRow {
  return {
    joinTokenId: fresh('jt-'),
    secretHash: fresh('hash'),
    tags: { Name: 'web-1', Team: 'blue' },
    createdBy: 'root',
    createdAt: NOW,
    expiresAt: NOW + 3_600_000,
    state: 'unused',
    ...change,
  }
}

export function redemption(
  token: JoinTokenRow,
  change: Partial<Redemption> = {},
): Redemption & { readonly now: number } {
  return {
    secretHash: token.secretHash,
    instanceId: fresh('i-'),
    agentKey: fresh('key'),
    facts: FACTS,
    now: NOW + 1,
    ...change,
  }
}

export async function enrolled(store: Store, tags: Tags = {}, now = NOW): Promise<string> {
  const token = joinToken({ tags, createdAt: now, expiresAt: now + 10 })
  await store.joinTokens.create(token)
  const instance = await store.joinTokens.redeem(redemption(token, { now }))
  if (instance === undefined) throw new Error('the token was not taken')
  return instance.instanceId
}

export function entry(change: Partial<TrailEntry> = {}): TrailEntry {
  const eventId = fresh('event-')
  return {
    eventId,
    requestId: fresh('request-'),
    phase: 'complete',
    time: NOW,
    eventName: 'SendSSHPublicKey',
    readOnly: false,
    userName: 'root',
    resource: 'i-0123456789abcdef0',
    errorCode: '',
    record: JSON.stringify({ eventId, text: 'Grüße\u{1F511}' }),
    ...change,
  }
}

/** Whether `act` counts as a change of a right. */
export async function changesRights(store: Store, act: () => Promise<unknown>): Promise<boolean> {
  const before = await store.securityVersion()
  await act()
  return (await store.securityVersion()) > before
}
