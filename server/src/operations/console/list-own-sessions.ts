import type { SessionRow } from '../../store/credential-store.ts'
import { operation, type World } from '../operation.ts'
import { ownSessions } from './own-sessions.ts'

/** Where one is signed in: in browsers, and with temporary keys. Newest first. Ours. */
export const listOwnSessions = operation({
  name: 'ListOwnSessions',
  service: 'fleetkey',
  action: 'fleetkey:ListOwnSessions',
  needsNoPermission: true,
  access: 'read',
  parse: () => ({}),
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    const sessions = (await ownSessions(call)).slice(0, MOST)
    const roleNames = await roleNamesOf(sessions, call)
    return {
      Sessions: sessions.map((row) => ({
        ...shown(row, call.caller.accessKeyId),
        RoleName: roleNames.get(row.entityId ?? ''),
      })),
    }
  },
})

/** Of more nobody knows their own. */
const MOST = 500

/** By id: whoever a provider vouched for may have several roles. */
async function roleNamesOf(
  sessions: readonly SessionRow[],
  { store }: World,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(sessions.flatMap(({ entityId }) => entityId ?? []))
  const found = await Promise.all([...ids].map((id) => store.identities.entities.byId(id)))
  return new Map(
    found.flatMap((entity) => (entity?.kind === 'role' ? [[entity.id, entity.name] as const] : [])),
  )
}

function shown({ accessKeyId, issuedAt, expiresAt, lastUsedAt, limits }: SessionRow, own: string) {
  const { console, mfaAt } = limits
  return {
    AccessKeyId: accessKeyId,
    /** `Console`: a browser has it. `Keys`: it signs requests. */
    Kind: console === undefined ? 'Keys' : 'Console',
    IsCurrent: accessKeyId === own,
    IssuedAt: new Date(issuedAt),
    Expiration: new Date(expiresAt),
    LastUsedAt: console === undefined ? undefined : new Date(lastUsedAt ?? issuedAt),
    SourceIPAddress: console?.sourceAddress,
    UserAgent: console?.userAgent,
    MultiFactorAuthenticatedAt: mfaAt === undefined ? undefined : new Date(mfaAt),
  }
}
