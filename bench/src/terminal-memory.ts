import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccount } from '@fleetkey/fleet/browser/signed-in'
import { openConsolePage } from '@fleetkey/fleet/console-page'
import { writeKnownHosts } from '@fleetkey/fleet/ssh'
import { startWetty } from './browser-terminal/wetty.ts'
import { medianFigure, type Figure } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import { ownProcesses } from './process-figures.ts'
import type { Question, Run } from './question.ts'
import { allowStaticLogin } from './static-login.ts'
import { prepare, run as runIn, type Shell } from './terminal-gateway/shell.ts'
import { slopeOf } from './terminal-memory/slope.ts'
import { memoryOf, watchedEnvironment, type Memory } from './terminal-memory/watched-memory.ts'
import { openWettyShell } from './terminal-memory/wetty-shell.ts'

/** An account takes 32 keys in a minute, and sshd refuses some of more than ten logins at a time (MaxStartups). */
const USERS = Array.from({ length: 8 }, (_, n) => `user${n + 1}`)
const AT_ONCE = 4
/** What lives is looked at until it changes by less, or so often. */
const [SETTLED_BYTES, MOST_LOOKS] = [128 * 1024, 10]
/** As people see it: what is kept of it is packed. */
const OUTPUT = 'ls -lR /usr/lib /usr/share | head -c 1000000'
/** A terminal packs what it keeps after ten seconds, twenty of them in one. */
const QUIET_MS = 20_000

/**
 * What a shell in the browser costs the server: how its memory grows with their number, against wetty on the same host, which has a process of `ssh`
 * for each. The growth is the slope through several numbers of them, garbage collected before each look; each round begins with new processes.
 */
export const terminalMemory: Question = {
  name: 'terminal-memory',
  async ask(run) {
    const [ours, theirs]: [Growth[], Growth[]] = [[], []]
    /* oxlint-disable no-await-in-loop -- one round after the other */
    for (let round = 1; round <= (run.quick ? 1 : 3); round++) {
      const both = await measure({ ...run, dir: `${run.dir}/${round}` }, round)
      ours.push(both.ours)
      theirs.push(both.theirs)
    }
    /* oxlint-enable no-await-in-loop */
    return figuresOf(ours, theirs)
  },
}

/** Bytes for each session. */
interface Growth {
  readonly idle: Memory
  /** What comes to that when it has shown a megabyte. */
  readonly shown: Memory
}

async function measure(
  run: Run,
  round: number,
): Promise<{ readonly ours: Growth; readonly theirs: Growth }> {
  const steps = run.quick ? [8, 16, 32] : [25, 50, 100]
  const most = 2 * (steps.at(-1) ?? 0)
  const live = `${run.dir}/live`
  const under = await startHostUnderTest(run, {
    settings: { terminals: { maxPerPerson: most, maxPerInstance: most } },
    environment: watchedEnvironment(live),
    moreUsers: USERS,
  })
  try {
    run.say(`round ${round}: ${steps.join(', ')} sessions of ours`)
    const ours = await ourGrowth(under, { steps, live })
    run.say(`round ${round}: as many of wetty`)
    return { ours, theirs: await theirGrowth(under, { steps, dir: run.dir }) }
  } finally {
    await under.stop()
  }
}

async function ourGrowth(
  under: HostUnderTest,
  { steps, live }: { readonly steps: readonly number[]; readonly live: string },
): Promise<Growth> {
  const page = await openConsolePage(under.plane, await makeAccount(under.plane, 'admin'))
  const [pid = 0] = ownProcesses('main.ts server')
  const open = async (n: number): Promise<Shell> => {
    const osUser = USERS[n % USERS.length] ?? OS_USER
    const { instanceId } = under
    const terminal = page.terminal({ type: 'open', instanceId, osUser, cols: 80, rows: 24 })
    terminal.keeps = 4096
    await terminal.frame('ready', 60_000)
    return terminal
  }
  return await growthOf(steps, { open, look: () => memoryOf(pid, live) })
}

async function theirGrowth(
  under: HostUnderTest,
  { steps, dir }: { readonly steps: readonly number[]; readonly dir: string },
): Promise<Growth> {
  const { key } = await allowStaticLogin(under, dir)
  const live = `${dir}/live-of-wetty`
  const wetty = await startWetty({
    address: under.host.address4,
    user: OS_USER,
    identityFile: key.identityFile,
    knownHostsFile: await writeKnownHosts(`${dir}/known_hosts`, [under.host]),
    environment: watchedEnvironment(live),
  })
  try {
    const open = async () => openWettyShell(wetty.url)
    return await growthOf(steps, { open, look: () => memoryOf(wetty.pid, live) })
  } finally {
    await wetty.stop()
  }
}

async function growthOf(
  steps: readonly number[],
  by: { readonly open: (n: number) => Promise<Shell>; readonly look: () => Promise<Memory> },
): Promise<Growth> {
  const shells: Shell[] = []
  const [idle, shown]: [Look[], Look[]] = [[], []]
  /* oxlint-disable no-await-in-loop -- so many at a time */
  for (const step of steps) {
    while (shells.length < step) {
      const more = Math.min(AT_ONCE, step - shells.length)
      const opened = Array.from({ length: more }, (_, n) => prepared(by.open(shells.length + n)))
      shells.push(...(await Promise.all(opened)))
    }
    idle.push([step, await settled(by.look)])
  }
  let has = 0
  for (const step of steps) {
    for (const shell of shells.slice(has, step)) await runIn(shell, OUTPUT)
    has = step
    await sleep(QUIET_MS)
    shown.push([step, await settled(by.look)])
  }
  /* oxlint-enable no-await-in-loop */
  for (const shell of shells) shell.close()
  return { idle: growth(idle), shown: growth(shown) }
}

/** Code that is not used any more goes only after several collections, and what was opened first has warmed up more than itself. */
async function settled(look: () => Promise<Memory>): Promise<Memory> {
  let before = await look()
  for (let time = 1; time < MOST_LOOKS; time++) {
    // oxlint-disable-next-line no-await-in-loop -- until it is what it is
    const now = await look()
    if (Math.abs(now.live - before.live) < SETTLED_BYTES) return now
    before = now
  }
  return before
}

type Look = readonly [sessions: number, memory: Memory]

const growth = (looks: readonly Look[]): Memory => ({
  live: slopeOf(looks.map(([sessions, { live }]) => [sessions, live])),
  resident: slopeOf(looks.map(([sessions, { resident }]) => [sessions, resident])),
})

async function prepared(opening: Promise<Shell>): Promise<Shell> {
  const shell = await opening
  await prepare(shell)
  return shell
}

function figuresOf(ours: readonly Growth[], theirs: readonly Growth[]): readonly Figure[] {
  const all = ({ idle, shown }: Growth, what: keyof Memory) => idle[what] + shown[what]
  const of = (what: string, growths: readonly Growth[], take: (growth: Growth) => number) =>
    medianFigure(what, 'KiB', { values: growths.map((each) => take(each) / 1024) })
  const both = (what: string, take: (growth: Growth) => number): readonly Figure[] => {
    const [mine, other] = [of(what, ours, take), of(`wetty: ${what}`, theirs, take)]
    return [mine, other, { what: `${what} ÷ wetty`, unit: '', value: mine.value / other.value }]
  }
  return [
    ...both('memory per session at a prompt', (growth) => growth.idle.resident),
    ...both('after 1 MB of output and 20 s', (growth) => all(growth, 'resident')),
    of('of it alive: at a prompt', ours, (growth) => growth.idle.live),
    of('of it alive: after 1 MB of output and 20 s', ours, (growth) => all(growth, 'live')),
  ]
}
