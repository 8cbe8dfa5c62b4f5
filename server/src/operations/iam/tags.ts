import { invalidInput, limitExceeded } from '@fleetkey/domain/exceptions/iam'
import { MAX_TAGS, type Tags } from '@fleetkey/domain/instance'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Members } from '@fleetkey/wire/aws/validation'

// IAM API reference, "Tag": keys are one regardless of case.
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const KEY = { min: 1, max: 128, pattern: TAG_TEXT }
const VALUE = { max: 256, pattern: TAG_TEXT }

/** `Tags`: none when absent. Throws InvalidInput for two keys that are one, and for AWS's own. */
export function readTags(v: Members): Tags {
  const tags = v
    .structureList('Tags', { max: MAX_TAGS })
    .map((tag) => [tag.requiredString('Key', KEY), tag.requiredString('Value', VALUE)] as const)
  const keys = tags.map(([key]) => key.toLowerCase())
  if (new Set(keys).size < keys.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw invalidInput('Tag keys that begin with aws: are reserved.')
  }
  return Object.fromEntries(tags)
}

export const readTagKeys = (v: Members): readonly string[] =>
  v.stringList('TagKeys', { max: MAX_TAGS, each: KEY })

/** Condition keys of a request that sets these tags. */
export function requestTagContext(tags: Tags): Readonly<Record<string, ContextValue>> {
  const entries = Object.entries(tags)
  if (entries.length === 0) return {}
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': entries.map(([key]) => key),
  }
}

/** As answers and the trail write them. */
export const shownTags = (tags: Tags) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export const tooManyTags = () => limitExceeded('The number of tags has reached the maximum limit.')
