import { assumedRoleArn } from '@fleetkey/domain/arn'
import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import type { Realm } from '@fleetkey/domain/realm'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { PrincipalEntry } from '@fleetkey/iam/principal-element'
import type { EntityKind, EntityRow } from '../../store/identity-store.ts'
import { entityArn } from './entity-arn.ts'
import { mapJsonTexts, type JsonPath } from './map-json-texts.ts'

/** Whom a trust policy may name here. */
export interface Trustees {
  find(kind: EntityKind, name: string): Promise<EntityRow | undefined>
  byId(id: string): Promise<EntityRow | undefined>
}

/**
 * The trust policy as it is stored: users, roles and role sessions of this account stand in it by their unique id, so that whoever is made
 * anew under a deleted name is not trusted (IAM User Guide, "AWS JSON policy elements: Principal"). Other accounts' ARNs stay; so does
 * every other character. Throws MalformedPolicyDocument, also for a principal or provider that does not exist.
 */
export async function bindTrustPolicy(
  text: string,
  trustees: Trustees,
  realm: Realm,
): Promise<string> {
  return await replacePrincipals(text, async (entry) => {
    const bound = await bindPrincipal(entry, trustees, realm)
    if (bound !== undefined) return bound
    throw malformedPolicyDocument(`Invalid principal in policy: "${entry.type}":"${entry.text}"`)
  })
}

/** The stored trust policy as people see it: with ARNs; who is gone stays an id, as in AWS. */
export async function showTrustPolicy(
  bound: string,
  trustees: Trustees,
  realm: Realm,
): Promise<string> {
  return await replacePrincipals(bound, async ({ text }) => {
    const [id = '', sessionName] = text.split(':')
    if (!/^A(IDA|ROA)[A-Z0-9]+$/.test(id)) return text
    const row = await trustees.byId(id)
    if (row === undefined) return text
    return sessionName === undefined
      ? entityArn(row, realm)
      : assumedRoleArn(realm, row.name, sessionName)
  })
}

/** Each different principal is asked for once. */
async function replacePrincipals(
  text: string,
  replace: (entry: PrincipalEntry) => Promise<string>,
): Promise<string> {
  const entries = parsePolicyDocument(text, 'trust').statements.flatMap(
    ({ principal }) => principal?.entries ?? [],
  )
  const replaced = new Map<string, string>()
  for (const entry of entries) {
    const key = `${entry.type} ${entry.text}`
    if (!replaced.has(key)) replaced.set(key, await replace(entry))
  }
  return mapJsonTexts(text, (path, name) => {
    const type = principalTypeAt(path)
    return (type && replaced.get(`${type} ${name}`)) ?? name
  })
}

/** `AWS`, `Federated` or `Service` when this is where principals stand; the document has been parsed, so nothing stands below. */
function principalTypeAt([statement, principal, type]: JsonPath): string | undefined {
  return statement === 'Statement' && principal === 'Principal' ? type : undefined
}

/** Undefined when there is no such principal. */
async function bindPrincipal(
  { type, text }: PrincipalEntry,
  trustees: Trustees,
  realm: Realm,
): Promise<string | undefined> {
  switch (type) {
    case 'AWS':
      return await bindIdentity(text, trustees, realm)
    case 'Federated':
      return (await isProvider(text, trustees, realm)) ? text : undefined
    // Nothing here acts as a service, so none can be asked whether it exists.
    case 'Service':
      return text
  }
}

async function bindIdentity(
  text: string,
  trustees: Trustees,
  realm: Realm,
): Promise<string | undefined> {
  const [id = ''] = text.split(':')
  if (/^A(IDA|ROA)/.test(id)) return (await trustees.byId(id)) && text
  const [, account, kind, rest = ''] =
    /^arn:[^:]+:(?:iam|sts)::(\d{12}):(user|role|assumed-role)\/(.+)$/.exec(text) ?? []
  if (account !== realm.accountId) return text
  const names = rest.split('/')
  if (kind === 'assumed-role') {
    const [roleName = '', sessionName = ''] = names
    const role = await trustees.find('role', roleName)
    return role && `${role.id}:${sessionName}`
  }
  const row = await trustees.find(kind === 'user' ? 'user' : 'role', names.at(-1) ?? '')
  // With another path it is somebody else, or a misunderstanding.
  return row !== undefined && entityArn(row, realm) === text ? row.id : undefined
}

/** By ARN or by host and path. */
async function isProvider(text: string, trustees: Trustees, realm: Realm): Promise<boolean> {
  const name = text.startsWith('arn:') ? text.slice(text.indexOf('/') + 1) : text
  const row = await trustees.find('provider', name)
  return row !== undefined && [row.name, entityArn(row, realm)].includes(text)
}
