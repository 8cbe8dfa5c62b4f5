import type { Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import { siteOf } from '@fleetkey/domain/site'
import { atMost } from './at-most.ts'
import { imageCatalogue, type Image } from './images.ts'
import { joinScript } from './join-script.ts'
import { runLaunchProgram, type LaunchOrder } from './launch-program.ts'
import { composeUserData } from './user-data.ts'

/** How instances come to be: which images there are, with what a new host joins, and the programs that start machines. */
export interface Launches {
  /** By id. */
  readonly images: ReadonlyMap<string, Image>
  /** For cloud-init. `theirs` is the launcher's own. */
  userData(join: {
    readonly instanceId: string
    readonly token: string
    readonly theirs: Uint8Array | undefined
  }): Uint8Array
  /** Starts the machine by its image's program. Nothing when it has none. Rejects with LaunchProgramFailed, which is in the log then. */
  start(
    machine: Machine,
    join: { readonly userData: Uint8Array; readonly token: string; readonly requestId: string },
  ): Promise<void>
  /** Ends the machine by its image's program. Nothing when it has none, any more. Rejects likewise. */
  end(machine: Machine): Promise<void>
}

/** What was launched: pending, or joined. */
export interface Machine {
  readonly instanceId: string
  readonly tags: Tags
  readonly launch: Launch
}

export interface LaunchLog {
  info(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** Clients wait half a minute for an answer (fleetkey), or a whole one (AWS). */
const TIMEOUT_MS = 25_000
/** Programs of this server at once, whoever asks: somebody may end a thousand instances in one request. */
const AT_ONCE = 16

export function createLaunches(parts: {
  readonly images: Readonly<Record<string, Image>>
  /** Shell text that puts the fleetkey program on a new host; undefined expects it on the image. */
  readonly install: string | undefined
  /** Of this server, as hosts reach it: known once it listens. */
  readonly url: () => string
  readonly newBoundary: () => string
  readonly log: LaunchLog
  readonly timeoutMs?: number | undefined
}): Launches {
  const { install, url, newBoundary, log, timeoutMs = TIMEOUT_MS } = parts
  const images = imageCatalogue(parts.images)
  const inTurn = atMost(AT_ONCE)

  async function run(
    machine: Machine,
    order: Pick<LaunchOrder, 'verb' | 'userData'>,
    more: { readonly secret?: string; readonly requestId?: string },
  ): Promise<void> {
    const program = images.get(machine.launch.imageId)?.program
    if (program === undefined) return
    const { instanceId } = machine
    const { secret, requestId } = more
    const facts = { verb: order.verb, instanceId, requestId }
    try {
      const limits = { timeoutMs, ...(secret !== undefined && { secret }) }
      await inTurn(() => runLaunchProgram(program, { ...orderOf(machine), ...order }, limits))
      log.info(facts, 'a launch program is done')
    } catch (error) {
      log.error({ ...facts, error: String(error) }, 'a launch program failed')
      throw error
    }
  }

  return {
    images,
    userData({ instanceId, token, theirs }) {
      const script = joinScript({ instanceId, url: url(), token, install })
      return composeUserData(script, theirs, newBoundary())
    },
    start(machine, { userData, token, requestId }) {
      const order = { verb: 'launch', userData: userData.toBase64() } as const
      return run(machine, order, { secret: token, requestId })
    },
    end: (machine) => run(machine, { verb: 'terminate' }, {}),
  }
}

function orderOf({ instanceId, tags, launch }: Machine) {
  const { imageId, instanceType } = launch
  return { instanceId, imageId, instanceType, site: siteOf(tags), tags }
}
