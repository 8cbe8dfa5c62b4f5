import {
  answersOf,
  asAnswer,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  textsOf,
  timeOf,
  type Answer,
} from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { listAll } from '../../api/list-all.ts'
import { fleetkeyOperation, iamOperation } from '../../api/operations.ts'
import { Refusal } from '../../api/refusal.ts'
import { localTime } from '../../time.ts'
import { fact, knownFact, timeFact, type Fact } from './fact.ts'
import { named, type Kind } from './kind.ts'

type Api = Pick<ApiClient, 'call'>

// What hangs on a user, group or role: each fact is one question to the server.

/** What Get… answers of itself. */
export function ownFacts(entity: Answer, { noun, word }: Kind): readonly Fact[] {
  const at = optionalTimeOf(entity, 'CreateDate')
  return [
    knownFact(word, `${word}Name`, textOf(entity, `${noun}Name`)),
    knownFact('arn', 'arn', textOf(entity, 'Arn')),
    knownFact('id', `${word}Id`, optionalTextOf(entity, `${noun}Id`) ?? '-'),
    timeFact('created', 'createdAt', { at, never: '-' }),
  ]
}

export function inlineFact(api: Api, kind: Kind, name: string): Promise<Fact> {
  return fact('inline policies', 'inlinePolicies', {
    read: async () => {
      const operation = iamOperation(`List${kind.noun}Policies`)
      const input = named(kind, name)
      return textsOf(await listAll(api, operation, { member: 'PolicyNames', input }), 'PolicyNames')
    },
    lines: (names) => names,
  })
}

export function attachedFact(api: Api, kind: Kind, name: string): Promise<Fact> {
  return fact('managed policies', 'managedPolicies', {
    read: async () => {
      const operation = iamOperation(`ListAttached${kind.noun}Policies`)
      const member = 'AttachedPolicies'
      const answer = await listAll(api, operation, { member, input: named(kind, name) })
      return answersOf(answer, member).map((policy) => textOf(policy, 'PolicyArn'))
    },
    lines: (arns) => arns,
  })
}

export function boundaryFact(entity: Answer): Fact {
  const boundary = entity['PermissionsBoundary']
  const arn =
    boundary === undefined
      ? undefined
      : textOf(asAnswer(boundary, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
  return {
    label: 'boundary',
    key: 'boundary',
    json: arn ?? '',
    lines: arn === undefined ? [] : [arn],
  }
}

export function tagsFact(entity: Answer): Fact {
  const tags = answersOf(entity, 'Tags').map(
    (tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')] as const,
  )
  return {
    label: 'tags',
    key: 'tags',
    json: Object.fromEntries(tags),
    lines: tags.map(([key, value]) => `${key}=${value}`),
  }
}

export function groupsFact(api: Api, userName: string): Promise<Fact> {
  return fact('groups', 'groups', {
    read: async () => {
      const options = { member: 'Groups', input: { UserName: userName } }
      const answer = await listAll(api, iamOperation('ListGroupsForUser'), options)
      return answersOf(answer, 'Groups').map((group) => textOf(group, 'GroupName'))
    },
    lines: (names) => names,
  })
}

export function accessKeysFact(api: Api, userName: string): Promise<Fact> {
  return fact('access keys', 'accessKeys', {
    read: () => readAccessKeys(api, userName),
    lines: (keys) =>
      keys.map(({ accessKeyId, status, lastUsedAt }) => {
        const use = lastUsedAt === undefined ? 'never used' : `last used ${localTime(lastUsedAt)}`
        return `${accessKeyId}  ${status}, ${use}`
      }),
  })
}

export interface AccessKey {
  readonly accessKeyId: string
  readonly status: string
  readonly createdAt: number | undefined
  /** Undefined when never, or when the caller may not ask. */
  readonly lastUsedAt: number | undefined
}

export async function readAccessKeys(api: Api, UserName: string): Promise<readonly AccessKey[]> {
  const options = { member: 'AccessKeyMetadata', input: { UserName } }
  const answer = await listAll(api, iamOperation('ListAccessKeys'), options)
  return await Promise.all(
    answersOf(answer, 'AccessKeyMetadata').map(async (key) => {
      const accessKeyId = textOf(key, 'AccessKeyId')
      return {
        accessKeyId,
        status: textOf(key, 'Status'),
        createdAt: optionalTimeOf(key, 'CreateDate'),
        lastUsedAt: await lastUseOf(api, accessKeyId),
      }
    }),
  )
}

async function lastUseOf(api: Api, AccessKeyId: string): Promise<number | undefined> {
  try {
    const answer = await api.call(iamOperation('GetAccessKeyLastUsed'), { AccessKeyId })
    return optionalTimeOf(asAnswer(answer['AccessKeyLastUsed'] ?? {}), 'LastUsedDate')
  } catch (error) {
    if (error instanceof Refusal && error.isDenial) return undefined
    throw error
  }
}

export function devicesFact(api: Api, userName: string): Promise<Fact> {
  return fact('MFA devices', 'mfaDevices', {
    read: () => readDevices(api, userName),
    lines: (serials) => serials,
  })
}

/** The serial numbers of the devices that are a user's second factor. */
export async function readDevices(
  api: Api,
  UserName: string | undefined,
): Promise<readonly string[]> {
  const options = { member: 'MFADevices', input: { UserName } }
  const answer = await listAll(api, iamOperation('ListMFADevices'), options)
  return answersOf(answer, 'MFADevices').map((device) => textOf(device, 'SerialNumber'))
}

export function passwordFact(api: Api, UserName: string): Promise<Fact> {
  return fact('password', 'password', {
    read: async () => {
      try {
        const answer = await api.call(iamOperation('GetLoginProfile'), { UserName })
        const profile = asAnswer(answer['LoginProfile'], 'LoginProfile')
        return profile['PasswordResetRequired'] === true ? 'must be changed' : 'set'
      } catch (error) {
        if (error instanceof Refusal && error.code === 'NoSuchEntity') return 'none'
        throw error
      }
    },
    lines: (state) => (state === 'none' ? [] : [state]),
  })
}

export function sessionsFact(api: Api, kind: Kind, name: string): Promise<Fact> {
  return fact('sessions', 'sessions', {
    read: () => readSessions(api, named(kind, name)),
    lines: (sessions) =>
      sessions.map(
        ({ accessKeyId, who, expiresAt }) =>
          `${accessKeyId}  ${who}, until ${localTime(expiresAt)}`,
      ),
  })
}

export interface Session {
  readonly accessKeyId: string
  /** Session name, and whom a provider vouched for. */
  readonly who: string
  readonly issuedAt: number
  readonly expiresAt: number
}

export async function readSessions(api: Api, input: object): Promise<readonly Session[]> {
  const options = { member: 'Sessions', input }
  const answer = await listAll(api, fleetkeyOperation('ListSessions'), options)
  return answersOf(answer, 'Sessions').map((session) => {
    const web = asAnswer(session['WebIdentity'] ?? {}, 'WebIdentity')
    const names = [
      optionalTextOf(session, 'SessionName'),
      optionalTextOf(web, 'DisplayName') ?? optionalTextOf(web, 'Subject'),
    ]
    return {
      accessKeyId: textOf(session, 'AccessKeyId'),
      who: names.filter((name) => name !== undefined).join(' ') || '-',
      issuedAt: timeOf(session, 'IssuedAt'),
      expiresAt: timeOf(session, 'Expiration'),
    }
  })
}
