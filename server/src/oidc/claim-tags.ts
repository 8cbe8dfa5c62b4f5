import { idpRejectedClaim, packedPolicyTooLarge } from '@fleetkey/domain/exceptions/sts'
import { MAX_TAGS, tagProblem, type Tags } from '@fleetkey/domain/instance'
import { z } from 'zod'
import type { Claims, WebIdentity } from './web-identity.ts'

/** Session tags that a token brings. */
export interface ClaimedTags {
  readonly tags: Tags
  readonly transitiveTagKeys: readonly string[]
}

/** AWS's own claims (IAM User Guide, id_session-tags, "Passing session tags using AssumeRoleWithWebIdentity"). */
const TAGS_CLAIM = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY_CLAIM = 'https://aws.amazon.com/source_identity'
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/

/** A list of groups may well be longer than a tag's 256 characters. */
const MAX_MAPPED_LENGTH = 2048

const tagsClaim = z.object({
  principal_tags: z.record(z.string(), z.tuple([z.string()])).default({}),
  transitive_tag_keys: z.array(z.string()).default([]),
})

/**
 * Tags out of AWS's claim, and out of those that the provider's own mapping (PutOpenIDConnectProviderClaims) makes to tags; the mapping
 * wins. Throws IDPRejectedClaim for tags that cannot be, PackedPolicyTooLarge when a list makes too long a text: leaving some of it out
 * could step round a Deny.
 */
export function claimedTags({ provider, claims }: WebIdentity): ClaimedTags {
  const said = tagsSaid(claims)
  const mapped = Object.entries(provider.claimTags).flatMap(([claim, key]) => {
    const value = mappedValue(Object.hasOwn(claims, claim) ? claims[claim] : undefined)
    return value === undefined ? [] : [[key, value] as const]
  })
  const mappedKeys = new Set(mapped.map(([key]) => key.toLowerCase()))
  const tags = Object.fromEntries([
    ...said.tags.filter(([key]) => !mappedKeys.has(key.toLowerCase())),
    ...mapped,
  ])
  if (Object.keys(tags).length > MAX_TAGS) {
    throw idpRejectedClaim(`The token brings more than ${MAX_TAGS} tags`)
  }
  return { tags, transitiveTagKeys: said.transitiveTagKeys }
}

/** AWS's claim for the source identity. Throws IDPRejectedClaim when it is none. */
export function claimedSourceIdentity({ claims }: WebIdentity): string | undefined {
  const said = claims[SOURCE_IDENTITY_CLAIM]
  if (said === undefined) return undefined
  if (typeof said === 'string' && SOURCE_IDENTITY.test(said)) return said
  throw idpRejectedClaim(`The claim ${SOURCE_IDENTITY_CLAIM} is no source identity`)
}

function tagsSaid(claims: Claims) {
  const claim = claims[TAGS_CLAIM]
  if (claim === undefined) return { tags: [], transitiveTagKeys: [] }
  const parsed = tagsClaim.safeParse(claim)
  if (!parsed.success) throw idpRejectedClaim(`The claim ${TAGS_CLAIM} is not in AWS's form`)
  const tags = Object.entries(parsed.data.principal_tags).map(
    ([key, [value]]) => [key, value] as const,
  )
  for (const [key, value] of tags) {
    const problem = tagProblem(key, value)
    if (problem !== undefined) throw idpRejectedClaim(`${problem} (claim ${TAGS_CLAIM})`)
  }
  const keys = new Set(tags.map(([key]) => key.toLowerCase()))
  const { transitive_tag_keys: transitiveTagKeys } = parsed.data
  const areTags = transitiveTagKeys.every((key) => keys.has(key.toLowerCase()))
  if (keys.size < tags.length || !areTags) {
    throw idpRejectedClaim(
      `The claim ${TAGS_CLAIM} has a key twice, or a transitive key without a tag`,
    )
  }
  return { tags, transitiveTagKeys }
}

/**
 * A list becomes `:a:b:`, so that `"StringLike": {"aws:PrincipalTag/groups": "*:sre:*"}` finds one of it and no other that only contains it.
 * For that, nothing in it may hold a colon; nor may a text, which could else look like a list.
 */
function mappedValue(said: unknown): string | undefined {
  if (!Array.isArray(said)) {
    const text = typeof said === 'number' || typeof said === 'boolean' ? String(said) : said
    return isMappable(text) ? fitting(text) : undefined
  }
  const items = said.filter(isMappable)
  return items.length === 0 ? undefined : fitting(`:${items.join(':')}:`)
}

/** The characters of a tag's value without the colon, at any length. */
const isMappable = (said: unknown): said is string =>
  typeof said === 'string' && /^[\p{L}\p{Z}\p{N}_./=+\-@]+$/u.test(said)

function fitting(text: string): string {
  if (text.length <= MAX_MAPPED_LENGTH) return text
  throw packedPolicyTooLarge(
    `A claim makes a session tag of ${text.length} characters; it has room for ${MAX_MAPPED_LENGTH}. Let the provider put fewer values into the token.`,
  )
}
