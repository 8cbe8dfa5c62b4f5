import type { Cidr } from '@fleetkey/domain/cidr'
import type { Finding, Mend } from '@fleetkey/domain/finding'
import type { Instance } from '@fleetkey/domain/instance'
import { isTunnelAddress } from '@fleetkey/domain/tunnel-target'
import { networkInterfaces } from 'node:os'
import type { Knock } from '../../probe/probe-ssh.ts'
import type { World } from '../operation.ts'
import { found } from './found.ts'

const CHECK = 'reach'
const WITHIN_MS = 3000
/** Of each family. */
const MAX_ADDRESSES = 2

type Means = Pick<World, 'probe' | 'hostDoctor' | 'controlPlaneRanges'>

/** Whether this control plane reaches sshd by itself, at each address and family. */
export async function findReach(instance: Instance, world: Means): Promise<readonly Finding[]> {
  const { probe } = world
  if (probe === undefined) {
    return [
      found(
        CHECK,
        'note',
        'This control plane connects to no host by itself (tunnels.direct: false).',
      ),
    ]
  }
  const { facts } = instance
  const addresses = addressesOf(instance)
  if (addresses.length === 0) {
    return [
      found(CHECK, 'note', 'The host reported no address at which this control plane would knock.'),
    ]
  }
  const keyTypes = [...new Set(facts.hostKeys.map((key) => key.split(' ')[0] ?? ''))].slice(0, 4)
  return Promise.all(
    addresses.map(async (address) => {
      const target = { address, port: facts.sshPort }
      const knock = await probe(target, { keyTypes, withinMs: WITHIN_MS })
      const mend = knock.kind === 'filtered' ? await openingOf(instance, address, world) : undefined
      return judgeKnock(knock, { ...target, hostKeys: facts.hostKeys, mend })
    }),
  )
}

/**
 * What a host reports it may make up, so that is no leave to knock at whatever it likes: no loopback, link-local, metadata or translated
 * address, and none of this machine. Of what else answers there, only that it is no sshd is told.
 */
function addressesOf({ facts }: Instance): readonly string[] {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap(
      (entries) => entries?.map(({ address }) => address) ?? [],
    ),
  )
  const fit = facts.sshAddresses.filter((address) => isTunnelAddress(address) && !own.has(address))
  const of = (isV6: boolean) =>
    fit.filter((address) => address.includes(':') === isV6).slice(0, MAX_ADDRESSES)
  return [...of(false), ...of(true)]
}

export function judgeKnock(
  knock: Knock,
  at: {
    readonly address: string
    readonly port: number
    /** As the agent reported them. */
    readonly hostKeys: readonly string[]
    readonly mend: Mend | undefined
  },
): Finding {
  const { address, port } = at
  const where = `${address} port ${port}`
  switch (knock.kind) {
    case 'sshd': {
      const { hostKey, banner } = knock
      if (hostKey !== undefined && !at.hostKeys.includes(hostKey)) {
        return found(
          'host-keys',
          'bad',
          `At ${where} another machine answers, or sshd has another host key than its agent reports: clients refuse it.`,
          {
            mend: {
              says: 'If the key was changed on purpose, have sshd read it; else find out who answers there.',
              commands: ['for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done'],
            },
          },
        )
      }
      const proven = hostKey === undefined ? '' : ', with the host key that its agent reports'
      return found(
        CHECK,
        'good',
        `sshd answers this control plane at ${where}${proven} (${banner.slice(0, 80)}).`,
      )
    }
    case 'other':
      return found(
        CHECK,
        'bad',
        `At ${where} something else than sshd answers this control plane.`,
        {
          cause: 'wrong-port',
          mend: { says: 'See which port sshd listens on, and what is between.' },
        },
      )
    case 'dropped':
      return knock.because === 'startups'
        ? found(
            CHECK,
            'bad',
            `sshd at ${where} drops connections: too many are logging in (MaxStartups).`,
            {
              cause: 'too-many-connections',
              mend: { says: 'Wait a moment, or raise MaxStartups on the host.' },
            },
          )
        : found(
            CHECK,
            'bad',
            `sshd at ${where} takes no connection from this control plane right now: logins from its address failed (PerSourcePenalties), or too many are logging in (MaxStartups).`,
            {
              cause: 'source-penalised',
              mend: {
                says: 'Wait a moment; then name this control plane in PerSourcePenaltyExemptList on the host, or raise MaxStartups there.',
              },
            },
          )
    case 'refused':
      return found(
        CHECK,
        'bad',
        `${where} refuses connections from this control plane: nothing listens there, or a firewall rejects.`,
        {
          cause: 'sshd-not-running',
          mend: {
            says: 'See that sshd runs, and which port it listens on.',
            commands: ['ss -Hltnp'],
          },
        },
      )
    case 'filtered':
      return found(
        CHECK,
        'bad',
        `${where} gives this control plane no answer: a firewall drops what comes.`,
        {
          cause: 'never-arrived',
          mend: at.mend ?? {
            says: 'Let this control plane in where it is dropped: the rules for your firewall are printed by this.',
            commands: [
              'fleetkey ip-ranges --format nftables',
              'fleetkey ip-ranges --format aws-security-group',
            ],
          },
        },
      )
    case 'reset':
      return found(
        CHECK,
        'bad',
        `${where} takes connections from this control plane and cuts them.`,
        {
          cause: 'never-arrived',
          mend: { says: "See sshd's log on the host, /etc/hosts.deny, and what is between." },
        },
      )
    case 'unreachable':
      return found(CHECK, 'bad', `There is no route from this control plane to ${address}.`, {
        cause: 'never-arrived',
        mend: {
          says: 'In a network of its own a host is reached through a tunnel: fleetkey ssh --via tunnel.',
        },
      })
  }
}

/** How to let this control plane's ranges in, in the words of that host's own firewall, if it is that one which drops them. */
async function openingOf(
  instance: Instance,
  address: string,
  { hostDoctor, controlPlaneRanges }: Means,
): Promise<Mend | undefined> {
  const family = address.includes(':') ? 6 : 4
  const ranges = controlPlaneRanges()
    .filter((range) => range.family === family)
    .slice(0, 4)
  const asked = await Promise.all(
    ranges.map(async (range) => {
      const from = firstOf(range)
      const examination = await hostDoctor.examine(instance, {
        address: from,
        checks: ['firewall'],
      })
      if (examination.kind !== 'examined') return undefined
      const firewall = examination.findings.find(({ check }) => check === 'firewall')
      return { range, from, firewall }
    }),
  )
  const known = asked.filter((one) => one !== undefined)
  const closed = known.filter(({ firewall }) => firewall?.state === 'bad')
  if (closed.length > 0) {
    // The host speaks of the one address that it was asked about.
    const commands = closed.flatMap(({ range, from, firewall }) =>
      (firewall?.mend?.commands ?? []).map((line) =>
        line.replaceAll(`${from}/${range.family === 4 ? 32 : 128}`, range.text),
      ),
    )
    return {
      says: "Let this control plane's addresses in (they are those of /ip-ranges.json), or leave it: tunnels come through the agent.",
      commands: [...new Set(commands)].slice(0, 8),
    }
  }
  if (known.length > 0 && known.every(({ firewall }) => firewall?.state === 'good')) {
    return {
      says: "The host's own firewall lets it in, so something between drops it: a security group of its cloud, a router.",
      commands: ['fleetkey ip-ranges --format aws-security-group'],
    }
  }
  return undefined
}

const firstOf = ({ text }: Cidr): string => text.slice(0, text.indexOf('/'))
