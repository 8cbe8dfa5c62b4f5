import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, medianFigure, spreadOf, type Figure } from './figure.ts'
import type { HostUnderTest } from './host-under-test.ts'

const RULES = '/etc/pam.d/sshd'
/** Ticks of the kernel's accounts, on every Linux that Node runs on. */
const TICK_MS = 10
const ENDS_WITHIN_MS = 10_000

/**
 * What the session hook adds to a login: whole `ssh host true`, in turns, with PAM's rule, with a rule that runs `true` instead (all that is
 * PAM's own: before 1.6 it closes as many descriptors as a process may ever have, one by one), and without. On a busy machine times say
 * nothing; the processor time of sshd and all that it starts does, and so does that of the hook run by itself. Ask with the agent stopped:
 * what it has to do then is its own time, on another core of a real host.
 */
export async function hookCost(
  under: HostUnderTest,
  logIn: () => Promise<number>,
  turns: number,
): Promise<readonly Figure[]> {
  const rules = await under.host.readFile(RULES)
  const ways = {
    hook: way(rules),
    true: way(rules.replace(/^(session .* )\S*session-hook$/m, '$1/bin/true')),
    without: way(rules.replace(/^session .*session-hook$/m, '# $&')),
  }
  const order = Object.values(ways)
  for (let turn = 0; turn < turns; turn++) {
    // Who goes first changes, so that none always follows another.
    const first = turn % order.length
    for (const one of [...order.slice(first), ...order.slice(0, first)]) {
      await under.host.writeFile(RULES, one.rules)
      const before = await sshdTime(under)
      one.times.push(await logIn())
      one.cpuMs += (await sshdTime(under)) - before
    }
  }
  await under.host.writeFile(RULES, rules)
  const median = (name: keyof typeof ways) => spreadOf(ways[name].times).median
  const cpu = (name: keyof typeof ways) => ways[name].cpuMs / turns
  return [
    {
      what: '`ssh host true`, with the hook − without',
      unit: 'ms',
      value: median('hook') - median('without'),
      target: atMost(5),
    },
    medianFigure('`ssh host true`, with the hook', 'ms', { values: ways.hook.times }),
    medianFigure('`ssh host true`, without', 'ms', { values: ways.without.times }),
    { what: "sshd's processor time for a login, without", unit: 'ms', value: cpu('without') },
    { what: 'more of it with the hook', unit: 'ms', value: cpu('hook') - cpu('without') },
    {
      what: 'more of it with `true` in place of the hook (fork, exec, descriptors: PAM)',
      unit: 'ms',
      value: cpu('true') - cpu('without'),
    },
    {
      what: 'processor time of the hook − `true`, each run by itself',
      unit: 'ms',
      value: await aloneMs(under, turns * 25),
    },
  ]
}

const way = (rules: string) => ({ rules, times: [] as number[], cpuMs: 0 })

/** Milliseconds of processor time that sshd and whatever it has started have taken, once no login is left. */
async function sshdTime({ host }: HostUnderTest): Promise<number> {
  const pid = (await host.readFile('/run/sshd.pid')).trim()
  const deadline = Date.now() + ENDS_WITHIN_MS
  while ((await host.readFile(`/proc/${pid}/task/${pid}/children`)).trim() !== '') {
    if (Date.now() > deadline) throw new Error('a login does not end')
    await sleep(5)
  }
  const stat = await host.readFile(`/proc/${pid}/stat`)
  // utime, stime, and the same of children that have ended: the 14th to the 17th of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0)
}

/** What a run of the hook takes more than one of `true`, both started by the same shell. */
async function aloneMs(under: HostUnderTest, runs: number): Promise<number> {
  const timed = async (program: string) => {
    const { code, stdout, stderr } = await under.host.exec(
      ['/bin/sh', '-euc', LOOP, 'sh', program, String(runs)],
      { env: LOGIN },
    )
    const [, user, system] = /\n(\S+) (\S+)\s*$/.exec(stdout) ?? []
    if (code !== 0 || user === undefined) throw new Error(`${program}: ${stderr}${stdout}`)
    return (secondsIn(user) + secondsIn(system)) * 1000
  }
  return ((await timed('/usr/lib/fleetkey/session-hook')) - (await timed('/bin/true'))) / runs
}

const LOOP = 'left=$2; while [ $((left -= 1)) -ge 0 ]; do "$1"; done; times'

/** What PAM would have in its environment. */
const LOGIN = {
  PAM_TYPE: 'open_session',
  PAM_USER: 'nobody',
  SSH_CONNECTION: '192.0.2.9 50000 192.0.2.7 22',
  SSH_AUTH_INFO_0:
    'publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJNdv4Eh02LDdzXiuTRmmLUATH7ndvXzvRjVZZDY7ZZ3\n',
}

/** `0m1.250000s` */
function secondsIn(text: string | undefined): number {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text ?? '') ?? []
  return Number(minutes) * 60 + Number(seconds)
}
