import { insufficientInstanceCapacity, launchFailed } from '@fleetkey/domain/exceptions/launches'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { LaunchProgramFailed } from '../../launches/launch-program.ts'
import type { PendingInstanceRow } from '../../store/pending-instance-store.ts'
import type { Call } from '../operation.ts'
import { mintJoin } from './mint-join.ts'

/** Programs at once. */
const AT_ONCE = 8

/**
 * Starts the machines of instances that were just made pending, where their image has a program. Those that do not start are pending no
 * more; when fewer than `minCount` are left, none is, and it throws what the first of them failed by. Returns those that are left. The
 * right to it is asked for before each: when it is withdrawn meanwhile, none is left either.
 */
export async function startMachines(
  rows: readonly PendingInstanceRow[],
  asked: { readonly imageId: string; readonly minCount: number },
  call: Call,
): Promise<readonly PendingInstanceRow[]> {
  if (call.launches.images.get(asked.imageId)?.program === undefined) return rows
  const failures: LaunchProgramFailed[] = []
  let refused: ServiceException | undefined
  const started = new Set<PendingInstanceRow>()
  const waiting = [...rows]
  async function startNext(): Promise<void> {
    const row = waiting.shift()
    if (row === undefined) return
    refused ??= await refusalNow(call)
    if (refused === undefined) {
      const failure = await start(row, call)
      if (failure === undefined) started.add(row)
      else failures.push(failure)
    } else await call.store.pendingInstances.remove(row.instanceId)
    await startNext()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, startNext))
  if (refused !== undefined) {
    await Promise.all([...started].map((row) => undo(row, call)))
    throw refused
  }
  const [failure] = failures
  if (failure === undefined || started.size >= asked.minCount) {
    return rows.filter((row) => started.has(row))
  }
  await Promise.all([...started].map((row) => undo(row, call)))
  throw failure.kind === 'full'
    ? insufficientInstanceCapacity(asked.imageId)
    : launchFailed(asked.imageId, call.requestId)
}

async function refusalNow(call: Call): Promise<ServiceException | undefined> {
  try {
    await call.stillAllowed()
    return undefined
  } catch (error) {
    if (error instanceof ServiceException) return error
    throw error
  }
}

async function start(
  row: PendingInstanceRow,
  call: Call,
): Promise<LaunchProgramFailed | undefined> {
  const { launches, requestId } = call
  try {
    const join = await mintJoin(row, call)
    // Terminated already.
    if (join === undefined) return undefined
    await launches.start(row, { ...join, requestId })
  } catch (error) {
    if (!(error instanceof LaunchProgramFailed)) throw error
    // What was stopped in the middle may have made the machine.
    if (error.kind === 'unknown') await undo(row, call)
    else await call.store.pendingInstances.remove(row.instanceId)
    return error
  }
  // Terminated while it was started: then its end was too early.
  if (!(await isThere(row, call))) await undo(row, call)
  return undefined
}

async function isThere({ instanceId }: PendingInstanceRow, { store, now }: Call): Promise<boolean> {
  return (
    (await store.pendingInstances.get(instanceId, now())) !== undefined ||
    (await store.instances.get(instanceId)) !== undefined
  )
}

async function undo(row: PendingInstanceRow, { store, launches }: Call): Promise<void> {
  await store.pendingInstances.remove(row.instanceId)
  try {
    await launches.end(row)
  } catch (error) {
    // It is in the log; the caller is told of the launch.
    if (!(error instanceof LaunchProgramFailed)) throw error
  }
}
