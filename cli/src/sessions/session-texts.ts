import { ago } from '../time.ts'
import type { ListedSession } from './list-sessions.ts'

/** Who pushed the key; where no grant explains the login, that. */
export function whoText({ userName, explained }: ListedSession): string {
  if (userName !== undefined) return userName
  return explained === 'no' ? '(no grant)' : '(not known)'
}

/** `active`, `ended 3 min ago`, `unknown 2 h ago`: since when its agent says nothing; and that the trail does not have it. */
export function stateText(
  { state, endedAt, unknownSince, recorded }: ListedSession,
  now: number,
): string {
  const since = endedAt ?? unknownSince
  const known = since === undefined ? state : `${state} ${ago(now - since)}`
  return recorded ? known : `${known}, not recorded`
}
