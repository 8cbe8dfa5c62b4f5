import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeLeftovers } from '@fleetkey/fleet/host-network'
import { endProcessesOf, startTimeOf } from '@fleetkey/fleet/process-tree'
import { DemoFailure } from './failure.ts'

/**
 * Makes the directory this demo's own, empty. What a killed demo left there is removed: its data is of no use without its hosts.
 * Returns how many things that were. Throws a DemoFailure when another demo runs there or the files are somebody's.
 */
export async function claimDirectory(dir: string): Promise<number> {
  refuseForeign(dir)
  refuseOwned(dir)
  const removed = await removeRemains(dir)
  mkdirSync(dirname(dir), { recursive: true })
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new DemoFailure(
      `Another demo has just started in ${dir}.`,
      'Use that one, or another --dir.',
    )
  }
  writeFileSync(ownerFile(dir), `${process.pid} ${startTimeOf(process.pid) ?? ''}\n`)
  return removed
}

/** Removes the directory and whatever still runs out of it. */
export async function releaseDirectory(dir: string): Promise<void> {
  await removeRemains(dir)
}

async function removeRemains(dir: string): Promise<number> {
  const processes = endProcessesOf(dir)
  const networks = await removeLeftovers(dir)
  rmSync(dir, { recursive: true, force: true })
  return processes + networks
}

const ownerFile = (dir: string): string => `${dir}/owner`

/** The directory is removed at the end, so it must never be one with anything else in it: `--dir ~`. */
function refuseForeign(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0 || readOwner(dir) !== undefined) return
  throw new DemoFailure(
    `${dir} holds files that no demo made, and a demo removes its directory when it ends.`,
    'Choose a directory that does not exist yet: fleetkey demo --dir .demo',
  )
}

function refuseOwned(dir: string): void {
  const owner = livingOwner(dir)
  if (owner === undefined) return
  throw new DemoFailure(
    `Process ${owner} runs a demo in ${dir} already.`,
    `Use that one, stop it with Ctrl-C there (or "kill ${owner}"), or start this one with another --dir.`,
  )
}

/** The process of the demo that runs in `dir`, if it lives: a number alone could be another process's by now. */
function livingOwner(dir: string): number | undefined {
  const owner = readOwner(dir)
  return owner !== undefined && startTimeOf(owner.pid) === owner.started ? owner.pid : undefined
}

function readOwner(dir: string): { readonly pid: number; readonly started: string } | undefined {
  try {
    const [, pid, started] = /^(\d+) (\d+)\n$/.exec(readFileSync(ownerFile(dir), 'utf8')) ?? []
    return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started }
  } catch {
    return undefined
  }
}
