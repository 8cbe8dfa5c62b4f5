import { DeliveryFailed, type Delivery } from './delivery.ts'
import { reason } from './log.ts'

/**
 * The delivery, with one more rule: nothing is installed before what an earlier run of the agent left is gone. When it cannot be
 * cleared (not installed yet, a full disk), the agent still runs and reports that; every install and every look at the problems tries again.
 */
export function clearFirst(delivery: Delivery): Delivery {
  let cleared: Promise<void> | undefined

  const clear = (): Promise<void> => {
    cleared ??= delivery.clear().catch((failure: unknown) => {
      cleared = undefined
      throw failure instanceof DeliveryFailed
        ? failure
        : new DeliveryFailed(`Old keys could not be cleared: ${reason(failure)}`, failure)
    })
    return cleared
  }

  return {
    ...delivery,
    clear,
    async install(key) {
      await clear()
      await delivery.install(key)
    },
    async problems() {
      try {
        await clear()
      } catch (failure) {
        return [reason(failure), ...(await delivery.problems())]
      }
      return delivery.problems()
    },
  }
}
