import { formatJoinToken } from '@fleetkey/wire/agent/enrolment'
import type { PendingInstanceRow } from '../../store/pending-instance-store.ts'
import { newJoinToken } from '../new-join-token.ts'
import type { Asker } from '../operation.ts'
import { openUserData } from './user-data-member.ts'

/** With what one host becomes this instance. */
export interface Join {
  /** For cloud-init; the token is in it. */
  readonly userData: Uint8Array
  readonly token: string
}

/** A host has as long to boot. Asked again, there is a new one. */
const TTL_MS = 60 * 60 * 1000

/** Makes the instance's one join; the one before is void from then on. Undefined when the instance is pending no more. */
export async function mintJoin(row: PendingInstanceRow, asker: Asker): Promise<Join | undefined> {
  const { store, launches, envelope, caPin, now, principalArn } = asker
  const { instanceId, tags } = row
  const { secret, row: token } = newJoinToken({
    tags,
    createdBy: principalArn,
    now: now(),
    ttlMs: TTL_MS,
  })
  if (!(await store.pendingInstances.createJoin({ ...token, forInstanceId: instanceId }))) {
    return undefined
  }
  const text = formatJoinToken({ secret, caPin })
  const theirs = openUserData(row, envelope)
  return { token: text, userData: launches.userData({ instanceId, token: text, theirs }) }
}
