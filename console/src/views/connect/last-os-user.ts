import { isOsUser } from '@fleetkey/domain/os-user'
import { call } from '../../api/call.ts'
import { inBrowser } from '../../ui/kept-here.ts'

const KEY = 'fleetkey.os-users'
/** Of so many instances it is remembered. */
const MOST = 500

/** As which user this person was last on the instance: by this browser, else by the record of their logins. */
export async function lastOsUser(
  instanceId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const kept = keptOsUsers(inBrowser.getItem(KEY) ?? undefined).get(instanceId)
  if (kept !== undefined) return kept
  try {
    const { Sessions = [] } = await call<{
      readonly Sessions?: readonly { readonly InstanceOSUser?: string }[]
    }>('fleetkey', 'ListSSHSessions', { InstanceId: instanceId, Mine: true, MaxResults: 1 }, signal)
    const last = Sessions[0]?.InstanceOSUser
    return last !== undefined && isOsUser(last) ? last : undefined
  } catch {
    // Whoever may not see sessions has none to be remembered by; the name is only a proposal.
    return undefined
  }
}

export function rememberOsUser(instanceId: string, osUser: string): void {
  const kept = keptOsUsers(inBrowser.getItem(KEY) ?? undefined)
  inBrowser.setItem(KEY, JSON.stringify([...withOsUser(kept, instanceId, osUser)]))
}

/** Last used last, and no more than are kept. */
export function withOsUser(
  kept: ReadonlyMap<string, string>,
  instanceId: string,
  osUser: string,
): ReadonlyMap<string, string> {
  const others = [...kept].filter(([id]) => id !== instanceId)
  return new Map([...others, [instanceId, osUser] as const].slice(-MOST))
}

/** What was kept, as far as it can be used. */
export function keptOsUsers(text: string | undefined): ReadonlyMap<string, string> {
  let value: unknown
  try {
    value = JSON.parse(text ?? '[]')
  } catch {
    return new Map()
  }
  if (!Array.isArray(value)) return new Map()
  const pairs = value.filter(
    (pair): pair is [string, string] =>
      Array.isArray(pair) &&
      typeof pair[0] === 'string' &&
      typeof pair[1] === 'string' &&
      isOsUser(pair[1]),
  )
  return new Map(pairs)
}
