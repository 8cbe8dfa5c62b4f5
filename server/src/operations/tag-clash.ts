import { clashingTagKeys, type Tags } from '@fleetkey/domain/instance'

/** What is wrong when two keys differ only in case, in words, or undefined. */
export function tagClash(tags: Tags): string | undefined {
  const clash = clashingTagKeys(tags)
  return clash && `The tag keys ${clash.join(' and ')} differ only in case; use one of them.`
}
