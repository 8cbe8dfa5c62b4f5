import type { FixName } from '@fleetkey/domain/fix'
import type { Paths } from '../paths.ts'
import type { Settings } from '../settings.ts'

/** One thing that the agent can mend on its host. Both throw MendRefused with what stands against it. */
export interface Fix {
  readonly name: FixName
  /** What it would do, a sentence each; none when all is in order. Changes nothing. */
  plan(host: HostToMend): Promise<readonly string[]>
  /** Does that. Either all of it is done, or everything is as it was. */
  apply(host: HostToMend): Promise<void>
}

export interface HostToMend {
  readonly settings: Settings
  readonly paths: Paths
  /** The login that is to work afterwards. */
  readonly osUser?: string
}

/** It may not be mended so; `message` says why, for a person. */
export class MendRefused extends Error {}
