import type { HostFacts } from './host-facts.ts'
import type { Launch } from './launch.ts'

/** EC2's shape: `i-` and hexadecimal digits, 10 to 32 characters. Ours have 17 digits. */
export const INSTANCE_ID_PATTERN = /^i-[a-f0-9]+$/
export const INSTANCE_ID_DIGITS = 17

/** An enrolled host. Tags come from its join token or from CreateTags, never from the host itself. */
export interface Instance {
  readonly instanceId: string
  readonly tags: Tags
  /** The agent's Ed25519 public key, 32 bytes, base64. */
  readonly agentKey: string
  /** Milliseconds since 1970. */
  readonly enrolledAt: number
  /** What the agent last said of its host. Never an input to a policy. */
  readonly facts: HostFacts
  /** As what it was launched, if it was. */
  readonly launch?: Launch
}

export type Tags = Readonly<Record<string, string>>

/** The tag that names an instance, as in EC2. */
export function instanceName(instance: Pick<Instance, 'tags'>): string | undefined {
  return instance.tags['Name']
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
export const MAX_TAGS = 50

/**
 * Two keys that differ only in case, or undefined. Condition keys know no case (`aws:ResourceTag/Env` is `aws:resourcetag/env`), so such a
 * pair would leave it open which of the two decides.
 */
export function clashingTagKeys(tags: Tags): readonly [string, string] | undefined {
  const seen = new Map<string, string>()
  for (const key of Object.keys(tags)) {
    const earlier = seen.get(key.toLowerCase())
    if (earlier !== undefined) return [earlier, key]
    seen.set(key.toLowerCase(), key)
  }
  return undefined
}

/**
 * Why a tag cannot be set, or undefined. EC2's rules: keys 1 to 128 characters, values up to 256, letters, digits, blanks and
 * `_.:/=+-@`, no key that begins with `aws:`.
 */
export function tagProblem(key: string, value: string): string | undefined {
  if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key)) {
    return 'A tag key has 1 to 128 letters, digits, blanks or _.:/=+-@'
  }
  if (key.toLowerCase().startsWith('aws:')) return 'Tag keys that begin with aws: are reserved'
  if (value.length > 256 || !TAG_TEXT.test(value)) {
    return `The value of tag ${key} may have up to 256 letters, digits, blanks or _.:/=+-@`
  }
  return undefined
}
