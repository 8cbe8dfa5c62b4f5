import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { getGrant, type ShownGrant } from './grant.ts'

/** The person has ssh's own words already: the reason comes within a second, and from a busy host a little later or not at all. */
const LIMIT_MS = 9000

/**
 * Why a login with a pushed key did not work. Undefined when the server cannot tell: it is older, gone, or not allowed to; the login has
 * failed all the same, and what there is to say of that is said by ssh.
 */
export async function askWhy(
  api: Pick<ApiClient, 'call'>,
  grantId: string,
): Promise<ShownGrant | undefined> {
  try {
    return await getGrant(api, grantId, { waitSeconds: 1, limitMs: LIMIT_MS })
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
