import { join } from 'node:path'

/** What can be had again: $FLEETKEY_HOME, else fleetkey in $XDG_CACHE_HOME, else ~/.cache/fleetkey. Undefined for one who has no home. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env['FLEETKEY_HOME']) return env['FLEETKEY_HOME']
  const base = env['XDG_CACHE_HOME'] || (env['HOME'] && join(env['HOME'], '.cache'))
  return base ? join(base, 'fleetkey') : undefined
}
