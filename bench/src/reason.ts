import { startJournald } from '@fleetkey/fleet/journald'
import { generateKey, writeKnownHosts } from '@fleetkey/fleet/ssh'
import { timedLogin } from '@fleetkey/fleet/timed-login'
import { atMost, medianFigure, type Figure } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question } from './question.ts'
import { timeWaitedReason } from './waited-reason.ts'

interface Refusal {
  readonly what: string
  /** Who tells it: sshd by its words, or an examination of the host, where words do not. */
  readonly toldBy: 'words' | 'examination'
  /** Lines that come before all others in sshd_config. */
  readonly config?: string
  /** Run as root of the host. */
  readonly break?: string
  readonly mend?: string
}

const HELPER = '/usr/lib/fleetkey/authorized-keys'

const REFUSALS: readonly Refusal[] = [
  { what: 'DenyUsers', toldBy: 'words', config: `DenyUsers ${OS_USER}` },
  {
    what: 'a helper that cannot be run',
    toldBy: 'words',
    break: `chmod 644 ${HELPER}`,
    mend: `chmod 755 ${HELPER}`,
  },
  {
    what: 'an account that has expired',
    toldBy: 'words',
    break: `chage --expiredate 1 ${OS_USER}`,
    mend: `chage --expiredate -1 ${OS_USER}`,
  },
  { what: 'PubkeyAuthentication no', toldBy: 'examination', config: 'PubkeyAuthentication no' },
  {
    what: 'AuthorizedKeysCommand none',
    toldBy: 'examination',
    config: 'AuthorizedKeysCommand none',
  },
  {
    what: 'PubkeyAuthentication no in a Match block',
    toldBy: 'examination',
    config: `Match User ${OS_USER}\n  PubkeyAuthentication no`,
  },
]

const CONFIG = '/etc/ssh/sshd_config.d/00-broken.conf'

/**
 * How long after ssh's "Permission denied" the person is told why, by `fleetkey ssh` and by `send-key --wait` beside a plain ssh: on a real
 * sshd that writes to a journal, whose journald holds lines back for up to 250 ms.
 */
export const reason: Question = {
  name: 'reason',
  async ask(run) {
    const under = await startHostUnderTest(run)
    try {
      await startJournald(under.host)
      await restart(under)
      const client = {
        key: await generateKey(run.dir, 'ed25519'),
        knownHostsFile: await writeKnownHosts(`${run.dir}/known_hosts`, [under.host]),
      }
      const ways = {
        ssh: async () =>
          (await timedLogin([`${OS_USER}@${under.instanceId}`, 'true'], under.plane.root))
            .reasonAfterMs,
        wait: () => timeWaitedReason(under, client),
      }
      const took = { words: [] as number[], examination: [] as number[] }
      const waited: number[] = []
      for (const refusal of REFUSALS) {
        run.say(refusal.what)
        const turns = run.quick ? 1 : 5
        took[refusal.toldBy].push(...(await timeReasons(under, refusal, { turns, time: ways.ssh })))
        waited.push(...(await timeReasons(under, refusal, { turns, time: ways.wait })))
      }
      const all = [...took.words, ...took.examination]
      return [
        ...spread('fleetkey ssh', all),
        medianFigure('`fleetkey ssh`, where sshd says it', 'ms', { values: took.words }),
        medianFigure('`fleetkey ssh`, where the host is examined', 'ms', {
          values: took.examination,
        }),
        ...spread('send-key --wait', waited),
      ]
    } finally {
      await under.stop()
    }
  },
}

function spread(who: string, values: readonly number[]): readonly Figure[] {
  const what = `\`${who}\`, from ssh's last word to the reason`
  return [
    medianFigure(`${what}: p50`, 'ms', { values, target: atMost(1000) }),
    { what: `${what}: longest`, unit: 'ms', value: Math.max(...values), target: atMost(1000) },
  ]
}

async function timeReasons(
  under: HostUnderTest,
  { what, config, break: breaking, mend }: Refusal,
  timed: { readonly turns: number; readonly time: () => Promise<number | undefined> },
): Promise<readonly number[]> {
  if (breaking !== undefined) await onHost(under, breaking)
  await under.host.writeFile(CONFIG, `${config ?? ''}\n`)
  await restart(under)
  const times: number[] = []
  for (let turn = 0; turn < timed.turns; turn++) {
    const ms = await timed.time()
    if (ms === undefined) throw new Error(`${what}: no reason was told`)
    times.push(ms)
  }
  if (mend !== undefined) await onHost(under, mend)
  return times
}

/** An agent that starts takes away the keys that live: an account may have so many. */
async function restart({ host, agent }: HostUnderTest): Promise<void> {
  await agent.stopAgent()
  await host.restartSshd({ log: 'syslog' })
  await agent.startAgent()
}

async function onHost({ host }: HostUnderTest, script: string): Promise<void> {
  const { code, stderr } = await host.exec(['/bin/sh', '-euc', script])
  if (code !== 0) throw new Error(stderr)
}
