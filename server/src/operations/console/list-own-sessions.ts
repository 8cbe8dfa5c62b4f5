import type { SessionRow } from '../../store/credential-store.ts'
import { operation } from '../operation.ts'
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
    const sessions = await ownSessions(call)
    return { Sessions: sessions.slice(0, MOST).map((row) => shown(row, call.caller.accessKeyId)) }
  },
})

/** Of more nobody knows their own. */
const MOST = 500

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
