import { isOsUser } from '@fleetkey/domain/os-user'
import { useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { call } from '../../api/call.ts'

/** Whether this person may log in as a user, as far as it is known. */
export type OwnAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  /** No account of a host can be called so. */
  | { readonly kind: 'not-a-name' }
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly explanation: string }
  | { readonly kind: 'refused'; readonly refusal: ApiRefusal }

/** Somebody who types is asked about when they rest: each question is on record. */
const REST_MS = 350

/** Asks the policies while the name is typed, so that nobody presses in vain. */
export function useOwnAccess(instanceId: string, osUser: string): OwnAccess {
  const [known, setKnown] = useState<{ readonly of: string; readonly access: OwnAccess }>()
  useEffect(() => {
    if (!isOsUser(osUser)) return undefined
    const stop = new AbortController()
    const timer = setTimeout(() => {
      void askOwnAccess(instanceId, osUser, stop.signal).then((access) => {
        if (!stop.signal.aborted) setKnown({ of: osUser, access })
      })
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [instanceId, osUser])
  if (osUser === '') return { kind: 'none' }
  if (!isOsUser(osUser)) return { kind: 'not-a-name' }
  return known?.of === osUser ? known.access : { kind: 'asking' }
}

/** Asks once. */
export async function askOwnAccess(
  instanceId: string,
  osUser: string,
  signal: AbortSignal,
): Promise<OwnAccess> {
  try {
    const { Decision, Explanation } = await call<{
      readonly Decision: string
      readonly Explanation?: string
    }>('fleetkey', 'CheckOwnAccess', { InstanceId: instanceId, InstanceOSUser: osUser }, signal)
    return Decision === 'allowed'
      ? { kind: 'allowed' }
      : { kind: 'denied', explanation: Explanation ?? '' }
  } catch (error) {
    return { kind: 'refused', refusal: asRefusal(error) }
  }
}
