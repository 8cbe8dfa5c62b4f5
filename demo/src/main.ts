import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FLEETKEY } from '@fleetkey/fleet/fleetkey'
import { missingPrerequisites } from '@fleetkey/fleet/prerequisites'
import { claimDirectory, releaseDirectory } from './demo-directory.ts'
import { DemoFailure, failureText } from './failure.ts'
import { startFleet } from './fleet.ts'
import { openScreen } from './screen.ts'
import { startSingleHost } from './single-host.ts'
import { startOrUndo } from './start-or-undo.ts'
import { listenForStop } from './stop-signal.ts'
import type { Demo, StartDemo } from './demo.ts'

const HELP = `fleetkey demo: a whole Fleetkey on this machine

usage: fleetkey demo [--dir DIR]

Starts a control plane, three real hosts (network namespaces with a stock sshd) and their agents, an
administrator, a user "alice" who may reach only env=staging as deploy, and a sign-in provider (a stand-in
for your own) with a person "carol", whose group has a role. Image "fleetkey-demo" starts more hosts, which
join by themselves. Prints the commands to paste. Ctrl-C removes everything. Without root: one unprivileged sshd for the current user.

  --dir DIR   where its files are (default: .demo here); DIR/env, env-alice and env-carol set up a shell

examples:
  fleetkey demo
  . .demo/env && fleetkey ssh web-1 -- hostname      # in another shell
`

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
  try {
    await runDemo(resolve(options.dir))
    return 0
  } catch (error) {
    process.stderr.write(failureText(error))
    return 1
  }
}

async function runDemo(dir: string): Promise<void> {
  const screen = openScreen()
  const stop = listenForStop(() => screen.say('Still removing; a moment …'))
  const { start, missing } = chooseDemo()
  const removed = await claimDirectory(dir)
  try {
    if (removed > 0) screen.say('Removed what an earlier demo left behind.')
    screen.begin(missing.length === 0 ? 'three hosts' : 'one host')
    let demo: Demo
    try {
      demo = await startOrUndo(stop.signal, (undo) => start({ dir, missing, screen, undo }))
    } catch (error) {
      if (!stop.signal.aborted) throw error
      screen.say('Stopped before it was ready; everything is removed.')
      return
    }
    screen.ready(demo.description, { directory: shortPath(dir), fleetkey: commandName() })
    await stop.requested
    screen.say('Removing everything …')
    await demo.close()
  } finally {
    await releaseDirectory(dir)
  }
}

/** The two that need a rest of the machine; without an sshd or a client there is nothing to show. */
function chooseDemo(): { readonly start: StartDemo; readonly missing: readonly string[] } {
  const missing = missingPrerequisites()
  const needed = missing.filter((name) =>
    /^(Linux|ssh|ssh-keygen|setpriv|\/usr\/sbin\/sshd.*)$/.test(name),
  )
  if (needed.length > 0) {
    throw new DemoFailure(
      `This machine has no ${needed.join(', no ')}.`,
      'apt-get install openssh-server openssh-client util-linux   (as root; on Debian and Ubuntu "npm start" as root does it)',
    )
  }
  return { start: missing.length === 0 ? startFleet : startSingleHost, missing }
}

/** As one would type it from here. */
function shortPath(dir: string): string {
  const path = relative(process.cwd(), dir)
  return path === '' || path.startsWith('..') ? dir : path
}

/** `npx` finds our command only in the checkout; elsewhere it would offer to install somebody else's package. */
function commandName(): string {
  return process.cwd() === FLEETKEY.replace('/cli/bin/fleetkey', '') ? 'npx fleetkey' : FLEETKEY
}
