import { isInstanceId } from '../instance/find-instance.ts'

/** Every instance is `NAME.fleetkey`, whatever else is called so: nobody else uses the ending. */
export const ENDING = '.fleetkey'

/**
 * Names that plain ssh may be given for an instance. A name with a dot is only taken with the ending: whoever may set a tag could else call
 * an instance `github.com`, and everybody's next `git push` would go there.
 */
export function isShortName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/.test(name) && name.toLowerCase() !== 'localhost'
}

/**
 * The instance that a person means by the name that ssh got, as findInstance takes it; undefined for what no instance is called in
 * ssh: with `%`, quotes, blanks, `$`, line ends, a leading `-` or dot.
 */
export function instanceMeant(name: string): string | undefined {
  const bare = name.toLowerCase().endsWith(ENDING) ? name.slice(0, -ENDING.length) : name
  if (isInstanceId(bare) || isShortName(bare)) return bare
  const isLong = bare !== name && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(bare)
  return isLong ? bare : undefined
}
