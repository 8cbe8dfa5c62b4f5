import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What the trail tells of a tunnel that has ended. */
export interface ClosedTunnel {
  readonly route: 'direct' | 'agent'
  readonly because: string
  readonly instanceId: string
}

/** All that have ended so far, in their order; read beside the running server. */
export function closedTunnels(fleet: { readonly dir: string }): readonly ClosedTunnel[] {
  const db = new DatabaseSync(join(fleet.dir, 'server/data/fleetkey.db'), { readOnly: true })
  try {
    return db
      .prepare("select record from trail where event_name = 'CloseTunnel' order by seq")
      .all()
      .map(({ record }) => JSON.parse(String(record)).additionalEventData as ClosedTunnel)
  } finally {
    db.close()
  }
}
