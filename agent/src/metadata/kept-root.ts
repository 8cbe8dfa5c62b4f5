import { mkdirSync } from 'node:fs'
import type { Paths } from '../paths.ts'
import { readIfThere } from '../read-if-there.ts'
import { writeWhole } from '../write-whole.ts'

const fileOf = (paths: Pick<Paths, 'state'>) => `${paths.state}/managed-signer-root.pem`

/** Keeps the root that the server told of, for `fleetkey agent install`, which has hosts trust it. */
export function keepRoot(paths: Pick<Paths, 'state'>, root: string | undefined): void {
  if (root === undefined || root === readKeptRoot(paths)) return
  mkdirSync(paths.state, { recursive: true, mode: 0o700 })
  writeWhole(fileOf(paths), root, 0o600)
}

/** PEM, or undefined before the agent was first told. */
export function readKeptRoot(paths: Pick<Paths, 'state'>): string | undefined {
  return readIfThere(fileOf(paths))
}
