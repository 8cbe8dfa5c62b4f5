import type { AccessKeyRow, MfaDeviceRow, SessionRow } from '../credential-store.ts'
import type { EntityRow, ProviderRow, RoleRow } from '../identity-store.ts'
import type { Store } from '../store.ts'
import { fresh, NOW } from './given.ts'

// Entities, keys and sessions that the contract starts from. Each has a name that no other case has.

const ID_PREFIX = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  provider: 'AOIP',
  mfa: 'AMFA',
  profile: 'AIPA',
} as const

type Change<Row> = Partial<Omit<Row, 'kind'>>

export function entity(kind: EntityRow['kind'], change: Change<EntityRow> = {}): EntityRow {
  return {
    id: fresh(ID_PREFIX[kind]),
    kind,
    name: fresh(`${kind}-`),
    path: '/',
    createdAt: NOW,
    tags: {},
    ...change,
  }
}

export async function created(
  store: Store,
  change: Change<EntityRow> = {},
  kind: 'user' | 'group' | 'profile' = 'user',
): Promise<EntityRow> {
  const row = entity(kind, change)
  return mustBe(await store.identities.entities.create(row), row)
}

export const DOCUMENT = '{"Version":"2012-10-17","Statement":[]}'

export async function createdPolicy(
  store: Store,
  change: Change<EntityRow> & { readonly description?: string; readonly document?: string } = {},
) {
  const row = { description: '', document: DOCUMENT, ...entity('policy'), ...change }
  return mustBe(await store.identities.policies.create(row), row)
}

export function role(change: Change<RoleRow> = {}): RoleRow {
  return {
    ...entity('role'),
    trustPolicy:
      '{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}',
    description: 'a role',
    maxSessionSeconds: 3600,
    ...change,
  }
}

export async function createdRole(store: Store, change: Change<RoleRow> = {}): Promise<RoleRow> {
  const row = role(change)
  return mustBe(await store.identities.roles.create(row), row)
}

export function device(change: Change<MfaDeviceRow> = {}): MfaDeviceRow {
  return { ...entity('mfa'), sealedSeed: fresh('seed'), ...change }
}

export async function createdDevice(
  store: Store,
  change: Change<MfaDeviceRow> = {},
): Promise<MfaDeviceRow> {
  const row = device(change)
  return mustBe(await store.identities.mfa.create(row), row)
}

export function provider(change: Change<ProviderRow> = {}): ProviderRow {
  const name = `${fresh('id-')}.example.org/realm`
  return {
    ...entity('provider', { name }),
    url: `https://${name}`,
    clientIds: ['fleetkey'],
    thumbprints: ['a9d5'],
    claimTags: { department: 'Team' },
    ...change,
  }
}

export async function createdProvider(
  store: Store,
  change: Change<ProviderRow> = {},
): Promise<ProviderRow> {
  const row = provider(change)
  return mustBe(await store.identities.providers.create(row), row)
}

export function accessKey(
  userId: string | undefined,
  change: Partial<AccessKeyRow> = {},
): AccessKeyRow {
  return {
    accessKeyId: fresh('AKIA'),
    ...(userId !== undefined && { userId }),
    sealedSecret: fresh('sealed'),
    status: 'Active',
    createdAt: NOW,
    ...change,
  }
}

export async function createdKey(store: Store, userId: string | undefined): Promise<AccessKeyRow> {
  const row = accessKey(userId)
  return mustBe(await store.identities.keys.create(row, 1_000_000), row)
}

/** Of root when `entityId` is undefined. */
export function session(
  entityId: string | undefined,
  change: Partial<SessionRow> = {},
): SessionRow {
  return {
    accessKeyId: fresh('ASIA'),
    tokenHash: fresh('hash'),
    sealedSecret: fresh('sealed'),
    ...(entityId !== undefined && { entityId }),
    issuedAt: NOW,
    expiresAt: NOW + 3_600_000,
    limits: {},
    ...change,
  }
}

export async function createdSession(
  store: Store,
  entityId: string | undefined,
  change: Partial<SessionRow> = {},
): Promise<SessionRow> {
  const row = session(entityId, change)
  return mustBe(await store.identities.sessions.create(row), row)
}

function mustBe<Row extends object>(done: boolean, row: Row): Row {
  if (!done) throw new Error(`not made: ${JSON.stringify(row)}`)
  return row
}
