import type { ConnectTarget } from './connect-target.ts'
import { likelyOsUsers } from './default-os-user.ts'
import { lastOsUser } from './last-os-user.ts'
import { askOwnAccess } from './use-own-access.ts'

/** Each question is on record, and somebody waits for the page. */
const MOST_ASKED = 6

/** As whom this person would most likely log in: as the last time, else as the likeliest whom the policies let in. */
export async function proposedOsUser(target: ConnectTarget, signal: AbortSignal): Promise<string> {
  const { instanceId, os, osUsers } = target
  const last = await lastOsUser(instanceId, signal)
  if (last !== undefined) return last
  const likely = likelyOsUsers(os, osUsers).slice(0, MOST_ASKED)
  for (const osUser of likely) {
    // oxlint-disable-next-line no-await-in-loop -- the first that is allowed: most often that is the first
    const { kind } = await askOwnAccess(instanceId, osUser, signal)
    if (kind === 'allowed') return osUser
  }
  return likely[0] ?? ''
}
