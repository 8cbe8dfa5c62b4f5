import { startJournald } from '@fleetkey/fleet/journald'
import { timedLogin } from '@fleetkey/fleet/timed-login'
import { atMost, medianFigure, type Figure } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question } from './question.ts'

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
 * How long after ssh's "Permission denied" the person is told why: `fleetkey ssh` on a real sshd that writes to a journal, whose journald
 * holds lines back for up to 250 ms.
 */
export const reason: Question = {
  name: 'reason',
  async ask(run) {
    const under = await startHostUnderTest(run)
    try {
      await startJournald(under.host)
      await restart(under)
      const took = { words: [] as number[], examination: [] as number[] }
      for (const refusal of REFUSALS) {
        run.say(refusal.what)
        took[refusal.toldBy].push(...(await timeReasons(under, refusal, run.quick ? 1 : 5)))
      }
      const all = [...took.words, ...took.examination]
      return [
        medianFigure("from ssh's last word to the reason: p50", 'ms', {
          values: all,
          target: atMost(1000),
        }),
        longest("from ssh's last word to the reason: longest", all),
        medianFigure('the same, where sshd says it', 'ms', { values: took.words }),
        medianFigure('the same, where the host is examined', 'ms', { values: took.examination }),
      ]
    } finally {
      await under.stop()
    }
  },
}

const longest = (what: string, values: readonly number[]): Figure => ({
  what,
  unit: 'ms',
  value: Math.max(...values),
  target: atMost(1000),
})

async function timeReasons(
  under: HostUnderTest,
  { what, config, break: breaking, mend }: Refusal,
  turns: number,
): Promise<readonly number[]> {
  if (breaking !== undefined) await onHost(under, breaking)
  await under.host.writeFile(CONFIG, `${config ?? ''}\n`)
  await restart(under)
  const times: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    const { stderr, reasonAfterMs } = await timedLogin(
      [`${OS_USER}@${under.instanceId}`, 'true'],
      under.plane.root,
    )
    if (reasonAfterMs === undefined) throw new Error(`${what}: no reason was told\n${stderr}`)
    times.push(reasonAfterMs)
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
