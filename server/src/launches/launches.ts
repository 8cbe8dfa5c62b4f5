import type { Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import { siteOf } from '@fleetkey/domain/site'
import { imageCatalogue, type Image } from './images.ts'
import { joinScript } from './join-script.ts'
import { runLaunchProgram } from './launch-program.ts'
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
  /** Starts the machine by its image's program. Nothing when it has none. Rejects with LaunchProgramFailed. */
  start(
    machine: Machine,
    join: { readonly userData: Uint8Array; readonly token: string },
  ): Promise<void>
  /** Ends the machine by its image's program. Nothing when it has none, any more. Rejects with LaunchProgramFailed. */
  end(machine: Machine): Promise<void>
}

/** What was launched: pending, or joined. */
export interface Machine {
  readonly instanceId: string
  readonly tags: Tags
  readonly launch: Launch
}

/** A client waits a minute for an answer (AWS's SDKs). */
const TIMEOUT_MS = 45_000

export function createLaunches(parts: {
  readonly images: Readonly<Record<string, Image>>
  /** Shell text that puts the fleetkey program on a new host; undefined expects it on the image. */
  readonly install: string | undefined
  /** Of this server, as hosts reach it: known once it listens. */
  readonly url: () => string
  readonly newBoundary: () => string
  readonly timeoutMs?: number | undefined
}): Launches {
  const { install, url, newBoundary, timeoutMs = TIMEOUT_MS } = parts
  const images = imageCatalogue(parts.images)
  const programOf = ({ launch }: Machine) => images.get(launch.imageId)?.program

  return {
    images,
    userData({ instanceId, token, theirs }) {
      const script = joinScript({ instanceId, url: url(), token, install })
      return composeUserData(script, theirs, newBoundary())
    },
    async start(machine, { userData, token }) {
      const program = programOf(machine)
      if (program === undefined) return
      const order = { ...orderOf(machine), verb: 'launch', userData: userData.toBase64() } as const
      await runLaunchProgram(program, order, { timeoutMs, secret: token })
    },
    async end(machine) {
      const program = programOf(machine)
      if (program === undefined) return
      await runLaunchProgram(program, { ...orderOf(machine), verb: 'terminate' }, { timeoutMs })
    },
  }
}

function orderOf({ instanceId, tags, launch }: Machine) {
  const { imageId, instanceType } = launch
  return { instanceId, imageId, instanceType, site: siteOf(tags), tags }
}
