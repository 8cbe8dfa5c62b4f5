import type { Finding } from '@fleetkey/domain/finding'
import { findSshdListeners, socketsOf } from '../sshd-listeners.ts'
import { askBanner, type Banner, knockAt } from './ask-banner.ts'
import type { Check } from './check.ts'
import { type ListeningSocket, readListeningSockets } from './listening-sockets.ts'
import { reloadCommands } from './reload-commands.ts'
import { bad, good, unknown } from './say.ts'

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
      banner:
        at === undefined
          ? undefined
          : await askBanner({ address: knockAt(at.address), port: wanted }, BANNER_LIMIT_MS),
    })
  },
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
  /** What that port answered; undefined when nobody listens there. */
  readonly banner: Banner | undefined
}

export function judgeSockets(seen: SocketsSeen): readonly Finding[] {
  const { wanted, sockets, own, isRunning, banner } = seen
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
      // What sshd says to whom it has no room for, until 9.7 and since.
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
      return [
        good(CHECK, `sshd answers on port ${wanted}, at ${addressesOf(there)} (${banner.text}).`),
      ]
    case 'silent':
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

const addressesOf = (sockets: readonly ListeningSocket[]) =>
  [...new Set(sockets.map(({ address }) => address))].slice(0, 4).join(' and ')
