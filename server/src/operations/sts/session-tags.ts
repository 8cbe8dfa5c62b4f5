import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { MAX_TAGS, type Tags } from '@fleetkey/domain/instance'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { CallerSession } from '../caller.ts'
import { readTags, requestTagContext } from '../iam/tags.ts'

/** What a session says of who is behind it, beside its name (IAM User Guide, id_session-tags, id_credentials_temp_control-access_monitor). */
export interface Attributes {
  readonly tags: Tags
  /** These go on to the sessions that are made from it. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

/** `Tags`, `TransitiveTagKeys` and `SourceIdentity`. */
export function readAttributes(v: Members): Attributes {
  const tags = readTags(v)
  const transitiveTagKeys = v.stringList('TransitiveTagKeys', {
    max: MAX_TAGS,
    each: { min: 1, max: 128 },
  })
  const sourceIdentity = v.optionalString('SourceIdentity', {
    min: 2,
    max: 64,
    pattern: /^[A-Za-z0-9_+=,.@-]*$/,
  })
  const keys = foldedKeys(tags)
  if (transitiveTagKeys.some((key) => !keys.has(key.toLowerCase()))) {
    throw validationFailure(
      'The specified transitive tag key must be included in the requested tags.',
    )
  }
  return { tags, transitiveTagKeys, sourceIdentity }
}

/**
 * What a session has that is made from another: its own and what it inherits. Transitive tags and the source identity stay what they are
 * along the whole chain. Throws for a request that would change them.
 */
export function inherit(own: Attributes, session: CallerSession | undefined): Attributes {
  if (session === undefined) return own
  const inherited = Object.fromEntries(session.transitiveTags)
  const taken = foldedKeys(inherited)
  if (Object.keys(own.tags).some((key) => taken.has(key.toLowerCase()))) {
    throw validationFailure(
      "One of the specified tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const tags = { ...inherited, ...own.tags }
  if (Object.keys(tags).length > MAX_TAGS) {
    throw validationFailure(`A session has at most ${MAX_TAGS} tags, with those that it inherits.`)
  }
  const { sourceIdentity = own.sourceIdentity } = session
  if (own.sourceIdentity !== undefined && own.sourceIdentity !== sourceIdentity) {
    throw accessDenied(
      'The source identity of a session cannot be changed.',
      'It was set when the calling session was made and goes on to every session made from it. Leave SourceIdentity out.',
    )
  }
  const transitiveTagKeys = [...Object.keys(inherited), ...own.transitiveTagKeys]
  return { tags, transitiveTagKeys, sourceIdentity }
}

/** Permissions that the trust policy must give besides (Service Authorization Reference, STS), also for what is inherited. */
export function actionsFor({ tags, sourceIdentity }: Attributes): readonly string[] {
  return [
    ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession']),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
}

export function attributeContext(
  own: Attributes,
  { sourceIdentity }: Attributes,
): Readonly<Record<string, ContextValue>> {
  const { tags, transitiveTagKeys } = own
  return {
    ...requestTagContext(tags),
    ...(transitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
  }
}

const foldedKeys = (tags: Tags): ReadonlySet<string> =>
  new Set(Object.keys(tags).map((key) => key.toLowerCase()))
