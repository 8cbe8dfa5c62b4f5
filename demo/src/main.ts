import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { missingPrerequisites } from '@fleetkey/fleet/prerequisites'
import { removeLeftovers } from '@fleetkey/fleet/host-network'
import { startFleet } from './fleet.ts'
import { startSingleHost } from './single-host.ts'
import { showReady } from './screen.ts'

const HELP = `fleetkey demo: a whole Fleetkey on this machine

usage: fleetkey demo [--dir DIR]

Starts a control plane, three real hosts (network namespaces with a stock sshd) and their agents, an
administrator and a user "alice" who may reach only env=staging as deploy. Prints the commands to paste.
Ctrl-C removes everything. Without root: one unprivileged sshd for the current user.

  --dir DIR   where its files are (default: .demo here); DIR/env and DIR/env-alice set up a shell

examples:
  fleetkey demo
  . .demo/env && fleetkey ssh web-1 -- hostname      # in another shell
`

/** What a running demo is, with or without root. */
export interface RunningDemo {
  /** Commands to paste, each with what it shows. */
  readonly tries: readonly (readonly [command: string, shows: string])[]
  readonly url: string
  readonly note?: string
  close(): Promise<void>
}

/** Runs until Ctrl-C. 0 afterwards, 1 when it could not start, 2 for a wrong command line. */
export async function main(argv: readonly string[]): Promise<number> {
  let options
  try {
    options = parseArgs({
      args: [...argv],
      options: { dir: { type: 'string', default: '.demo' }, help: { type: 'boolean', short: 'h' } },
    }).values
  } catch (error) {
    process.stderr.write(
      `fleetkey demo: ${(error as Error).message}\nSee "fleetkey demo --help".\n`,
    )
    return 2
  }
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const dir = resolve(options.dir)
  const stopped = new Promise<void>((resolveStopped) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolveStopped())
    }
  })
  const other = livingOwner(dir)
  if (other !== undefined) {
    process.stderr.write(
      `fleetkey demo: process ${other} runs a demo in ${dir} already. Stop it with Ctrl-C there (or "kill ${other}"), or use another --dir.\n`,
    )
    return 1
  }
  const missing = missingPrerequisites()
  const start = missing.length === 0 ? startFleet : startSingleHost
  // What an earlier demo left when it was killed: its data is of no use without its hosts.
  const removed = missing.length === 0 ? await removeLeftovers(dir) : 0
  if (removed > 0) process.stderr.write('Removed what an earlier demo left behind.\n')
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  writeFileSync(ownerFile(dir), `${process.pid} ${startTime(process.pid) ?? ''}\n`)
  const begun = performance.now()
  process.stderr.write('Starting a control plane and hosts …\n')
  let demo: RunningDemo
  try {
    demo = await Promise.race([
      start(dir, missing),
      stopped.then(() => Promise.reject(new Error('stopped'))),
    ])
  } catch (error) {
    process.stderr.write(`fleetkey demo: ${(error as Error).message}\n`)
    return 1
  }
  process.stdout.write(showReady(demo, { seconds: (performance.now() - begun) / 1000 }))
  await stopped
  process.stderr.write('\nRemoving everything …\n')
  await demo.close()
  rmSync(dir, { recursive: true, force: true })
  return 0
}

const ownerFile = (dir: string): string => `${dir}/owner`

/** The process of the demo that runs in `dir`, if it lives: a number alone could be another process's by now. */
function livingOwner(dir: string): number | undefined {
  let text: string
  try {
    text = readFileSync(ownerFile(dir), 'utf8')
  } catch {
    return undefined
  }
  const [pid, started] = text.trim().split(' ')
  return started !== undefined && startTime(Number(pid)) === started ? Number(pid) : undefined
}

/** Field 22 of /proc/PID/stat (proc(5)): when the process started, in clock ticks since boot. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
