import { createHash } from 'node:crypto'

/** Settings by name, each as a digest: what is kept to compare with must not hold what may be secret. */
export type SettingDigests = Readonly<Record<string, string>>

/** Names of settings, `listen.port`; never a value. */
export interface ConfigurationChange {
  readonly changed: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** @param salt so that nobody can try values on the digests of another deployment */
export function settingDigests(configuration: object, salt: string): SettingDigests {
  return Object.fromEntries(
    leaves(configuration).map(([name, value]) => [
      name,
      createHash('sha256')
        .update(`${salt} ${JSON.stringify(value)}`)
        .digest('base64url'),
    ]),
  )
}

/** Undefined when nothing differs. */
export function configurationChange(
  before: SettingDigests,
  after: SettingDigests,
): ConfigurationChange | undefined {
  const names = (of: SettingDigests) => Object.keys(of).toSorted()
  const change = {
    changed: names(after).filter((name) => name in before && before[name] !== after[name]),
    added: names(after).filter((name) => !(name in before)),
    removed: names(before).filter((name) => !(name in after)),
  }
  return Object.values(change).every((list) => list.length === 0) ? undefined : change
}

/** A list is one setting: its items have no names. */
function leaves(
  value: object,
  path: readonly string[] = [],
): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (inner === undefined) return []
    const below = [...path, name]
    const isStructure = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    return isStructure ? leaves(inner, below) : [[below.join('.'), inner] as const]
  })
}
