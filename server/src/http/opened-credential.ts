import type { Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Tags } from '@fleetkey/domain/instance'
import { oidcProviderArn } from '@fleetkey/domain/arn'
import type { CallerSession } from '../operations/caller.ts'
import { policySetOf, sessionPoliciesOf } from '../operations/policy-set-of.ts'
import { csrfTokenOf } from '../identities/csrf-token.ts'
import { accessKeyContext } from '../secrets/access-keys.ts'
import type { Envelope } from '../secrets/envelope.ts'
import type { SessionRow } from '../store/credential-store.ts'
import type { Credential, Rights } from '../store/identity-store.ts'

/** An access key as a node holds it between requests: opened, its policies compiled. */
export interface OpenedCredential {
  readonly principal: Principal
  readonly policies: PolicySet
  readonly context: ReadonlyMap<string, ContextValue>
  readonly session: CallerSession | undefined
  readonly active: boolean
  readonly secret: string
  /** SHA-256 of the session token, base64; undefined for long-term keys, which have none. */
  readonly tokenHash: string | undefined
  /** By `date/region/service`: deriving costs five times what verifying does. */
  readonly signingKeys: Map<string, Uint8Array>
}

/**
 * What it costs to hold one: 1, and another for every 256 characters of what a session was made with. Policies and tags are shared by all who
 * have them, but everybody who may assume a role can make sessions with as many policies and tags of their own as they like.
 */
export function weightOf(credential: Credential): number {
  if (credential.kind !== 'session') return 1
  return 1 + Math.floor(JSON.stringify(credential.session.limits).length / 256)
}

export function openCredential(
  credential: Credential,
  { envelope, realm }: { readonly envelope: Envelope; readonly realm: Realm },
): OpenedCredential {
  const open = (accessKeyId: string, sealed: string) =>
    envelope.open(sealed, accessKeyContext(accessKeyId))
  switch (credential.kind) {
    case 'root':
      return {
        principal: { kind: 'root' },
        policies: { identity: [] },
        context: new Map(),
        session: undefined,
        active: credential.key.status === 'Active',
        secret: open(credential.key.accessKeyId, credential.key.sealedSecret),
        tokenHash: undefined,
        signingKeys: new Map(),
      }
    case 'user':
      return {
        principal: userOf(credential.rights),
        policies: policySetOf(credential.rights, realm),
        context: new Map(principalTags(credential.rights.entity.tags, {})),
        session: undefined,
        active: credential.key.status === 'Active',
        secret: open(credential.key.accessKeyId, credential.key.sealedSecret),
        tokenHash: undefined,
        signingKeys: new Map(),
      }
    case 'rootSession': {
      const { session } = credential
      const secret = open(session.accessKeyId, session.sealedSecret)
      return {
        principal: { kind: 'root' },
        policies: { identity: [] },
        context: sessionContext(session, {}, realm),
        session: sessionOf(session, 'root', secret),
        active: true,
        secret,
        tokenHash: session.tokenHash,
        signingKeys: new Map(),
      }
    }
    case 'session': {
      const { session, rights, sessionPolicies } = credential
      const kind = rights.entity.kind === 'role' ? 'role' : 'user'
      const secret = open(session.accessKeyId, session.sealedSecret)
      return {
        principal: kind === 'role' ? assumedRoleOf(rights, session) : userOf(rights),
        policies: {
          ...policySetOf(rights, realm),
          ...sessionPoliciesOf(session.limits, sessionPolicies, realm),
        },
        context: sessionContext(session, rights.entity.tags, realm),
        session: sessionOf(session, kind, secret),
        active: true,
        secret,
        tokenHash: session.tokenHash,
        signingKeys: new Map(),
      }
    }
  }
}

function userOf({ entity }: Rights): Principal {
  return { kind: 'user', userId: entity.id, userName: entity.name, path: entity.path }
}

function assumedRoleOf({ entity }: Rights, { limits }: SessionRow): Principal {
  const sessionName = limits.sessionName ?? ''
  const { id: roleId, name: roleName, path } = entity
  return { kind: 'assumedRole', roleId, roleName, path, sessionName }
}

/** Session tags win over those of the role, whatever the letter case of their keys (IAM User Guide, id_session-tags). */
function principalTags(tags: Tags, sessionTags: Tags): [string, string][] {
  const byKey = new Map(
    [...Object.entries(tags), ...Object.entries(sessionTags)].map(([key, value]) => [
      key.toLowerCase(),
      [`aws:PrincipalTag/${key}`, value] as [string, string],
    ]),
  )
  return [...byKey.values()]
}

/** Keys that only sessions have (IAM User Guide, reference_policies_condition-keys). */
function sessionContext(
  { issuedAt, limits }: SessionRow,
  tags: Tags,
  realm: Realm,
): ReadonlyMap<string, ContextValue> {
  const { webIdentity, sourceIdentity, mfaAt } = limits
  const context = new Map<string, ContextValue>(principalTags(tags, limits.tags ?? {}))
  context.set('aws:TokenIssueTime', new Date(issuedAt).toISOString())
  context.set('aws:MultiFactorAuthPresent', String(mfaAt !== undefined))
  if (sourceIdentity !== undefined) context.set('aws:SourceIdentity', sourceIdentity)
  if (webIdentity !== undefined) {
    context.set('aws:FederatedProvider', oidcProviderArn(realm, webIdentity.provider))
    context.set(`${webIdentity.provider}:sub`, webIdentity.subject)
    context.set(`${webIdentity.provider}:aud`, webIdentity.audience)
  }
  return context
}

function sessionOf(row: SessionRow, kind: CallerSession['kind'], secret: string): CallerSession {
  const { issuedAt, expiresAt, parentKeyId, limits } = row
  const { tags = {}, transitiveTagKeys = [], mfaAt, sourceIdentity, webIdentity } = limits
  const provenAt = limits.console?.provenAt
  const transitive = new Set(transitiveTagKeys.map((key) => key.toLowerCase()))
  return {
    kind,
    parentKeyId,
    issuedAt,
    expiresAt,
    mfaAt,
    sourceIdentity,
    transitiveTags: new Map(
      Object.entries(tags).filter(([key]) => transitive.has(key.toLowerCase())),
    ),
    webIdentity,
    ...(provenAt !== undefined && {
      console: { csrfToken: csrfTokenOf(secret), provenAt, lastUsedAt: row.lastUsedAt ?? issuedAt },
    }),
  }
}
