import { terminalLimitExceeded } from '@fleetkey/domain/exceptions/terminals'

/** How many terminals there may be at once, open or being opened. */
export interface TerminalLimits {
  readonly perServer: number
  readonly perPerson: number
  readonly perInstance: number
}

/** Counts terminals by whom they are of and where they lead. */
export interface TerminalSlots {
  readonly taken: number
  /** Takes a slot until the returned function is called. Throws a refusal that says which limit is reached. */
  take(owner: string, instanceId: string): () => void
}

export function createTerminalSlots(limits: TerminalLimits): TerminalSlots {
  let taken = 0
  const byOwner = new Map<string, number>()
  const byInstance = new Map<string, number>()
  return {
    get taken() {
      return taken
    },
    take(owner, instanceId) {
      const own = byOwner.get(owner) ?? 0
      const there = byInstance.get(instanceId) ?? 0
      if (taken >= limits.perServer) {
        throw terminalLimitExceeded(`This server has ${taken} terminals open, as many as it takes`)
      }
      if (own >= limits.perPerson) {
        throw terminalLimitExceeded(
          `You have ${own} terminals open, as many as one person may have`,
        )
      }
      if (there >= limits.perInstance) {
        throw terminalLimitExceeded(
          `${there} terminals lead to ${instanceId}, as many as may lead to one instance`,
        )
      }
      taken++
      byOwner.set(owner, own + 1)
      byInstance.set(instanceId, there + 1)
      let given = false
      return () => {
        if (given) return
        given = true
        taken--
        lower(byOwner, owner)
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
