import { tunnelLimitExceeded } from '@fleetkey/domain/exceptions/tunnels'

/** How many tunnels there may be at once, open or being opened. */
export interface TunnelLimits {
  readonly perNode: number
  readonly perCaller: number
  readonly perInstance: number
}

/** Counts tunnels by whom they are for and where they lead. */
export interface TunnelSlots {
  readonly taken: number
  /** Takes a slot until the returned function is called. Throws a refusal that says which limit is reached. */
  take(callerArn: string, instanceId: string): () => void
}

export function createTunnelSlots(limits: TunnelLimits): TunnelSlots {
  let taken = 0
  const byCaller = new Map<string, number>()
  const byInstance = new Map<string, number>()
  return {
    get taken() {
      return taken
    },
    take(callerArn, instanceId) {
      const own = byCaller.get(callerArn) ?? 0
      const there = byInstance.get(instanceId) ?? 0
      if (taken >= limits.perNode) {
        throw tunnelLimitExceeded(`This server has ${taken} tunnels open, as many as it takes`)
      }
      if (own >= limits.perCaller) {
        throw tunnelLimitExceeded(`You have ${own} tunnels open, as many as one caller may have`)
      }
      if (there >= limits.perInstance) {
        throw tunnelLimitExceeded(
          `${there} tunnels lead to ${instanceId}, as many as may lead to one instance`,
        )
      }
      taken++
      byCaller.set(callerArn, own + 1)
      byInstance.set(instanceId, there + 1)
      let given = false
      return () => {
        if (given) return
        given = true
        taken--
        lower(byCaller, callerArn)
        lower(byInstance, instanceId)
      }
    },
  }
}

/** Names of those who have none are not kept. */
function lower(counts: Map<string, number>, name: string): void {
  const left = (counts.get(name) ?? 0) - 1
  if (left > 0) counts.set(name, left)
  else counts.delete(name)
}
