import type { Fields } from '@fleetkey/wire/aws/fields'
import { joinTokenArn } from '@fleetkey/domain/arn'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { MAX_TAGS, tagProblem, type Tags } from '@fleetkey/domain/instance'
import { formatJoinToken } from '@fleetkey/wire/agent/enrolment'
import { validate } from '@fleetkey/wire/aws/validation'
import { tagClash } from './tag-clash.ts'
import { newJoinToken } from './new-join-token.ts'
import { operation } from './operation.ts'

/** A join token lives this long unless said otherwise, and never longer than an hour; in seconds. */
const DEFAULT_TTL = 15 * 60
const MAX_TTL = 60 * 60

interface CreateInput {
  readonly tags: Tags
  readonly expiresIn: number
}

/** Makes a one-time secret with which one host becomes an instance with these tags. The secret is shown this once. */
export const createJoinToken = operation<CreateInput>({
  name: 'CreateJoinToken',
  service: 'fleetkey',
  action: 'fleetkey:CreateJoinToken',
  access: 'write',
  answersSecret: true,

  parse(fields) {
    const v = validate(fields)
    const name = v.optionalString('Name', { min: 1, max: 256 })
    const expiresIn =
      v.optionalInteger('ExpiresInSeconds', { min: 60, max: MAX_TTL }) ?? DEFAULT_TTL
    v.finish(validationFailure)
    return { tags: parseTags(fields, name), expiresIn }
  },

  resources: (_input, { realm }) => [{ arn: joinTokenArn(realm, '*') }],

  // Whoever enrols a host decides its tags, and tags decide who may reach it: policies can say which.
  context: ({ tags }) => ({
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ),
    'aws:TagKeys': Object.keys(tags),
  }),

  trail: ({ tags, expiresIn }) => ({ requestParameters: { tags, expiresInSeconds: expiresIn } }),

  async run({ tags, expiresIn }, { store, now, principalArn, caPin }) {
    const { secret, row } = newJoinToken({
      tags,
      createdBy: principalArn,
      now: now(),
      ttlMs: expiresIn * 1000,
    })
    await store.joinTokens.create(row)
    return {
      JoinTokenId: row.joinTokenId,
      JoinToken: formatJoinToken({ secret, caPin }),
      ExpiresAt: new Date(row.expiresAt),
    }
  },
})

export const listJoinTokens = operation({
  name: 'ListJoinTokens',
  service: 'fleetkey',
  action: 'fleetkey:ListJoinTokens',
  access: 'read',
  parse: () => ({}),
  resources: (_input, { realm }) => [{ arn: joinTokenArn(realm, '*') }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, { store, now }) {
    const rows = await store.joinTokens.list()
    return {
      JoinTokens: rows.map((row) => ({
        JoinTokenId: row.joinTokenId,
        State: row.state === 'unused' && row.expiresAt <= now() ? 'expired' : row.state,
        Tags: Object.entries(row.tags).map(([Key, Value]) => ({ Key, Value })),
        CreatedBy: row.createdBy,
        CreatedAt: new Date(row.createdAt),
        ExpiresAt: new Date(row.expiresAt),
        ...(row.instanceId === undefined ? {} : { InstanceId: row.instanceId }),
        ...(row.forInstanceId === undefined ? {} : { ForInstanceId: row.forInstanceId }),
      })),
    }
  },
})

export const revokeJoinToken = operation<{ joinTokenId: string }>({
  name: 'RevokeJoinToken',
  service: 'fleetkey',
  action: 'fleetkey:RevokeJoinToken',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const joinTokenId = v.requiredString('JoinTokenId', {
      min: 1,
      max: 32,
      pattern: /^jt-[0-9a-f]+$/,
    })
    v.finish(validationFailure)
    return { joinTokenId }
  },
  resources: ({ joinTokenId }, { realm }) => [{ arn: joinTokenArn(realm, joinTokenId) }],
  trail: ({ joinTokenId }) => ({ requestParameters: { joinTokenId } }),
  async run({ joinTokenId }, { store }) {
    if (!(await store.joinTokens.revoke(joinTokenId))) {
      throw noSuchEntity(`unused join token ${joinTokenId}`)
    }
    return {}
  },
})

function parseTags(fields: Fields, name: string | undefined): Tags {
  const list = fields.get('Tags') ?? []
  if (!Array.isArray(list) || list.length > MAX_TAGS) {
    throw validationFailure(`Tags is a list of at most ${MAX_TAGS} of {Key, Value}.`)
  }
  const tags = new Map<string, string>(name === undefined ? [] : [['Name', name]])
  for (const item of list as unknown[]) {
    const { Key: key, Value: value } = (item ?? {}) as Record<string, unknown>
    if (typeof key !== 'string' || typeof value !== 'string') {
      throw validationFailure('A tag has a Key and a Value, both text.')
    }
    if (tags.has(key)) throw validationFailure(`The tag ${key} is given twice.`)
    tags.set(key, value)
  }
  for (const [key, value] of tags) {
    const problem = tagProblem(key, value)
    if (problem !== undefined) throw validationFailure(`${problem}.`)
  }
  const result = Object.fromEntries(tags)
  const clash = tagClash(result)
  if (clash !== undefined) throw validationFailure(clash)
  return result
}
