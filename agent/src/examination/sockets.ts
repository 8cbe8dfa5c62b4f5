import type { Finding } from '@fleetkey/domain/finding'
import { findSshdListeners, runsReplaced, socketsOf, startupsOf } from '../sshd-listeners.ts'
import { askBanner, type Banner, knockAt } from './ask-banner.ts'
import type { Check } from './check.ts'
import { type ListeningSocket, readListeningSockets } from './listening-sockets.ts'
import { reloadCommands } from './reload-commands.ts'
import { bad, good, note, unknown } from './say.ts'

const CHECK = 'sockets'
const BANNER_LIMIT_MS = 2000

/** Who listens on the port that this host reports, and whether it is sshd. */
export const socketsCheck: Check = {
  name: CHECK,
  async look(host) {
    const config = await host.commonConfig().catch(() => undefined)
    const ports = (config?.get('port') ?? []).map(Number)
    const sockets = readListeningSockets()
    const [wanted] = ports
    if (wanted === undefined) {
      return [unknown(CHECK, "The port cannot be known: sshd's configuration cannot be read.")]
    }
    const { port: told = wanted, settings } = host
    if (told !== wanted && settings.sshPort === undefined) return [judgeMoved(told, wanted)]
    const listeners = findSshdListeners()
    const own = new Set(listeners.flatMap((listener) => socketsOf(listener) ?? []))
    const at = sockets.find(({ port }) => port === wanted)
    return judgeSockets({
      wanted,
      sockets,
      own,
      isRunning: listeners.length > 0,
      isReplaced: listeners.some((listener) => runsReplaced(listener)),
      isFull: isFull(listeners.map((listener) => startupsOf(listener))),
      banner:
        at === undefined
          ? undefined
          : await askBanner({ address: knockAt(at.address), port: wanted }, BANNER_LIMIT_MS),
    })
  },
}

function isFull(startups: readonly ReturnType<typeof startupsOf>[]): boolean | undefined {
  if (startups.some((one) => one !== undefined && one.now >= one.begin)) return true
  return startups.includes(undefined) ? undefined : false
}

function judgeMoved(told: number, wanted: number): Finding {
  const says = `sshd listens on port ${wanted} since a moment ago, and the host had reported ${told}: try again in a minute.`
  return bad(CHECK, says, { cause: 'wrong-port' })
}

export interface SocketsSeen {
  /** By sshd's configuration, which is what the host reports. */
  readonly wanted: number
  readonly sockets: readonly ListeningSocket[]
  /** Inodes of those that are sshd's, as far as that can be seen. */
  readonly own: ReadonlySet<string>
  /** Whether there is a process of sshd that listens somewhere. */
  readonly isRunning: boolean
  /** Its program was replaced since it started. */
  readonly isReplaced: boolean
  /** So many are logging in that it drops connections (MaxStartups). Undefined where sshd does not show how many. */
  readonly isFull: boolean | undefined
  /** What that port answered; undefined when nobody listens there. */
  readonly banner: Banner | undefined
}

export function judgeSockets(seen: SocketsSeen): readonly Finding[] {
  const { wanted, sockets, own, isRunning, isReplaced, banner } = seen
  const there = sockets.filter(({ port }) => port === wanted)
  if (there.length === 0) {
    if (!isRunning) return [] // that is what the check before says
    const ports = sockets.filter(({ inode }) => own.has(inode)).map(({ port }) => port)
    const elsewhere = [...new Set(ports)].map((port) => `port ${port}`)
    return [
      bad(
        CHECK,
        `sshd listens on ${elsewhere.join(' and ') || 'another port'}, and its configuration, which is what this host reports, says ${wanted}.`,
        {
          cause: 'wrong-port',
          mend: {
            says: 'Have sshd read its configuration.',
            commands: reloadCommands(),
            fix: 'reload-sshd',
          },
        },
      ),
    ]
  }
  switch (banner?.kind) {
    case 'says':
      // Since 9.8 sshd says the same to whom it has no room for, and to an address that it penalises.
      if (banner.text.startsWith('Not allowed at this time') && !seen.isFull) {
        return [
          note(
            CHECK,
            `sshd takes no connection from this host itself on port ${wanted} right now: some from its address failed (PerSourcePenalties), or too many are logging in from it (PerSourceMaxStartups). Tunnels come from an address of this host, too.`,
            { says: "Wait a moment; name this host's addresses in PerSourcePenaltyExemptList." },
          ),
        ]
      }
      if (/^(?:Exceeded MaxStartups|Not allowed at this time)/.test(banner.text)) {
        return [
          bad(
            CHECK,
            `sshd takes no more connections on port ${wanted} right now: "${banner.text}".`,
            {
              cause: 'too-many-connections',
              mend: {
                says: 'See how many connections wait, and MaxStartups.',
                commands: [`ss -Htn 'sport = :${wanted}'`],
              },
            },
          ),
        ]
      }
      if (!banner.text.startsWith('SSH-')) {
        return [
          bad(
            CHECK,
            `Something else than sshd listens on port ${wanted}: it says "${banner.text.slice(0, 80)}".`,
            {
              cause: 'wrong-port',
              mend: { says: 'See what it is.', commands: [`ss -Hltnp 'sport = :${wanted}'`] },
            },
          ),
        ]
      }
      if (there.every(({ address }) => isLoopback(address))) return [judgeLoopback(there)]
      return [
        good(CHECK, `sshd answers on port ${wanted}, at ${addressesOf(there)} (${banner.text}).`),
      ]
    case 'silent':
      // Its listener starts the programs that lie there now, and those of 9.8 and later are others than before.
      if (isReplaced) {
        return [
          bad(
            CHECK,
            `sshd was replaced by another version while it ran, and serves nobody on port ${wanted} until it is started anew.`,
            {
              cause: 'unknown',
              mend: {
                says: 'Have it start anew; sessions go on.',
                commands: reloadCommands(),
                fix: 'reload-sshd',
              },
            },
          ),
        ]
      }
      if (seen.isFull === false && there.some(({ inode }) => own.has(inode))) {
        return [
          bad(
            CHECK,
            `sshd takes connections on port ${wanted} and ends them without a word, also from this host itself: its log tells why.`,
            {
              cause: 'unknown',
              mend: {
                says: 'See its log; /etc/hosts.deny keeps all out whom /etc/hosts.allow does not name.',
                commands: ['journalctl -t sshd -n 20', 'cat /etc/hosts.deny'],
              },
            },
          ),
        ]
      }
      return [
        bad(
          CHECK,
          `Port ${wanted} takes connections and says nothing: sshd has no room, or it is not sshd.`,
          {
            cause: 'too-many-connections',
            mend: {
              says: 'See how many connections wait, and MaxStartups.',
              commands: [`ss -Htn 'sport = :${wanted}'`],
            },
          },
        ),
      ]
    case 'no-answer':
      return [
        bad(
          CHECK,
          `sshd listens on port ${wanted}, and not even this host itself gets an answer there: its own firewall drops what comes.`,
          {
            cause: 'never-arrived',
            mend: { says: 'See its rules.', commands: ['nft list ruleset'] },
          },
        ),
      ]
    case 'refused':
    case undefined:
      return [unknown(CHECK, `Port ${wanted} has a listener that this host itself cannot reach.`)]
  }
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')

/** A tunnel goes to the loopback address of the family of the address that is asked for, which is IPv4 unless somebody says otherwise. */
function judgeLoopback(there: readonly ListeningSocket[]): Finding {
  const says = `sshd listens at ${addressesOf(there)} alone: nobody comes to it but through a tunnel.`
  if (there.some(({ address }) => address === '127.0.0.1')) return note(CHECK, says)
  return bad(CHECK, says, {
    cause: 'never-arrived',
    mend: {
      says: 'Have it listen at 127.0.0.1 or an address of this host, too (ListenAddress); or go there over IPv6: fleetkey ssh --via tunnel -6.',
      commands: reloadCommands(),
    },
  })
}

const addressesOf = (sockets: readonly ListeningSocket[]) =>
  [...new Set(sockets.map(({ address }) => address))].slice(0, 4).join(' and ')
