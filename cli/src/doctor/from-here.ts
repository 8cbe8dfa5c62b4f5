import type { Finding } from '@fleetkey/domain/finding'
import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { ApiClient } from '../api/api-client.ts'
import { textOf } from '../api/answer.ts'
import { GET_CALLER_IDENTITY } from '../api/operations.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Settings } from '../config/settings.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printable } from '../output.ts'
import { versionProblem } from '../ssh-config/ssh-version.ts'
import { knock, type Knock } from './knock.ts'
import type { Look } from './look.ts'

/** More than are tried by a login. */
const MAX_ADDRESSES = 4

/** What only this machine can tell: the way from here, its ssh, and whether the server takes one for who one is. */
export function looksFromHere(parts: {
  readonly api: Pick<ApiClient, 'call' | 'skewMs'>
  readonly settings: Settings
  /** Undefined when it could not be looked up. */
  readonly instance: ListedInstance | undefined
}): readonly Look[] {
  const { api, settings, instance } = parts
  return [
    { name: 'the server', look: async () => lookAtServer(settings.endpoint) },
    { name: 'your login', look: async () => lookAtLogin(api) },
    {
      name: 'the ssh of this machine',
      look: async () => [await lookAtSsh(), ...(await lookAtAgent())],
    },
    ...(instance === undefined
      ? []
      : [
          { name: 'the way from here', look: async () => reachFromHere(instance, settings) },
          { name: 'known hosts', look: async () => lookAtKnownHosts(instance) },
        ]),
  ]
}

async function lookAtServer(endpoint: URL): Promise<readonly Finding[]> {
  const host = endpoint.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return [good('server', `The server is at ${endpoint.host}.`)]
  try {
    const addresses = await lookup(host, { all: true })
    const shown = addresses.slice(0, 4).map(({ address }) => address)
    return [good('server', `The server ${endpoint.host} is at ${shown.join(', ')}.`)]
  } catch {
    return [
      {
        check: 'server',
        state: 'bad',
        says: `The name ${host} of the server leads to no address from here.`,
        mend: {
          says: 'See what the resolver of this machine says.',
          commands: [`getent hosts ${host}`],
        },
      },
    ]
  }
}

/** Beyond it the server refuses signatures (AWS General Reference, Signature Version 4). */
const REFUSED_SKEW_MS = 5 * 60_000
const NOTED_SKEW_MS = 30_000

async function lookAtLogin(api: Pick<ApiClient, 'call' | 'skewMs'>): Promise<readonly Finding[]> {
  const whoami = await api
    .call(GET_CALLER_IDENTITY, {})
    .then((answer) =>
      good('login-state', `The server takes you for ${printable(textOf(answer, 'Arn'))}.`),
    )
    .catch((error: unknown) => failedFinding(error))
  return [whoami, judgeSkew(api.skewMs)]
}

/** A failure to get at the server as a finding: of the way to it, or of who one is there. */
export function failedFinding(error: unknown): Finding {
  if (!(error instanceof Failure)) throw error
  const ofServer: readonly number[] = [
    EXIT_CODES.cannotConnect,
    EXIT_CODES.certificate,
    EXIT_CODES.badAnswer,
  ]
  const says = [error.message, ...error.why].join(' ')
  return {
    check: ofServer.includes(error.exitCode) ? 'server' : 'login-state',
    state: 'bad',
    says: says.slice(0, 512),
    ...(error.todo.length === 0 ? {} : { mend: { says: error.todo.join(' ').slice(0, 512) } }),
  }
}

export function judgeSkew(skewMs: number | undefined): Finding {
  const check = 'client-clock'
  if (skewMs === undefined) return { check, state: 'unknown', says: 'The server told no time.' }
  const off = Math.abs(skewMs)
  const says = `The clock of this machine is ${Math.round(off / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the server's`
  const mend = { says: 'Have this machine keep its time.', commands: ['timedatectl set-ntp true'] }
  if (off > REFUSED_SKEW_MS)
    return { check, state: 'bad', says: `${says}: signatures are refused.`, mend }
  if (off > NOTED_SKEW_MS) return { check, state: 'note', says: `${says}.`, mend }
  return good(check, 'The clock of this machine is right, as far as the server can tell.')
}

async function lookAtSsh(): Promise<Finding> {
  const { code, stderr } = await program('ssh', ['-V'])
  if (code === 'ENOENT') {
    return {
      check: 'ssh-client',
      state: 'bad',
      says: 'There is no ssh on this machine.',
      mend: { says: 'Install the OpenSSH client.', commands: ['apt-get install openssh-client'] },
    }
  }
  const said = printable(stderr.trim()).slice(0, 120)
  const problem = versionProblem(said)
  if (problem === undefined)
    return good('ssh-client', `The ssh of this machine is ${said.split(',')[0]}.`)
  return {
    check: 'ssh-client',
    state: 'note',
    says: problem.slice(0, 512),
    mend: { says: 'fleetkey ssh, scp and sftp work with it all the same.' },
  }
}

/** sshd takes so many keys and no more by default (MaxAuthTries 6): plain ssh offers those of its agent first. */
const MANY_KEYS = 5

async function lookAtAgent(): Promise<readonly Finding[]> {
  const { code, stdout } = await program('ssh-add', ['-l'])
  const keys = code === 0 ? stdout.trim().split('\n').length : 0
  if (keys <= MANY_KEYS) return []
  return [
    {
      check: 'ssh-agent',
      state: 'note',
      says: `Your ssh-agent holds ${keys} keys: plain ssh offers them first, until sshd has enough (MaxAuthTries).`,
      mend: {
        says: 'Have ssh offer the pushed key only: -o IdentitiesOnly=yes -i FILE. fleetkey ssh does.',
      },
    },
  ]
}

async function reachFromHere(
  { facts, address4, address6 }: ListedInstance,
  { endpoint }: Settings,
): Promise<readonly Finding[]> {
  const reported = facts?.sshAddresses ?? [address4, address6].filter((one) => one !== undefined)
  const port = facts?.sshPort ?? 22
  // A host's loopback is this machine's only where the server is here, too.
  const addresses = reported
    .filter((address) => isIP(address) !== 0 && !address.includes('%'))
    .filter((address) => isLoopback(endpoint.hostname) || !isOwn(address))
    .slice(0, MAX_ADDRESSES)
  if (addresses.length === 0) {
    return [
      {
        check: 'reach-here',
        state: 'note',
        says: 'The host reported no address to reach it at from here.',
      },
    ]
  }
  return Promise.all(
    addresses.map(async (address) =>
      judgeKnock(await knock(address, port), `${address} port ${port}`),
    ),
  )
}

const isOwn = (address: string) => address === '::1' || address.startsWith('127.')

export function judgeKnock(found: Knock, where: string): Finding {
  const check = 'reach-here'
  switch (found.kind) {
    case 'sshd':
      return good(check, `sshd answers at ${where} (${printable(found.banner).slice(0, 80)}).`)
    case 'other':
      return {
        check,
        state: 'bad',
        says: `At ${where} something answers that is no sshd.`,
        cause: 'wrong-port',
        mend: { says: 'See which port sshd listens on, and what is between.' },
      }
    case 'dropped':
      return found.because === 'startups'
        ? {
            check,
            state: 'bad',
            says: `sshd at ${where} drops connections: too many are logging in (MaxStartups).`,
            cause: 'too-many-connections',
            mend: { says: 'Try again in a moment, or raise MaxStartups on the host.' },
          }
        : {
            check,
            state: 'bad',
            says: `sshd at ${where} takes no connection from here right now: logins from your address failed (PerSourcePenalties), or too many are logging in (MaxStartups).`,
            cause: 'source-penalised',
            mend: {
              says: 'Wait a moment: the host can tell how long. Or come from another address: fleetkey ssh --via tunnel.',
            },
          }
    case 'refused':
      return {
        check,
        state: 'bad',
        says: `${where} refuses connections from here: nothing listens there, or a firewall rejects.`,
        cause: 'sshd-not-running',
        mend: {
          says: 'See that sshd runs on the host, and which port it listens on.',
          commands: ['ss -Hltnp'],
        },
      }
    case 'filtered':
      return {
        check,
        state: 'bad',
        says: `${where} gives no answer from here: a firewall drops what comes, or the address is of a network that is not reached from here.`,
        cause: 'never-arrived',
        mend: {
          says: 'See VPN, route and firewalls between; or let the control plane carry it: fleetkey ssh --via tunnel.',
        },
      }
    case 'reset':
      return {
        check,
        state: 'bad',
        says: `${where} takes connections from here and cuts them.`,
        cause: 'never-arrived',
        mend: { says: "See sshd's log on the host, /etc/hosts.deny, and what is between." },
      }
    case 'unreachable':
      return {
        check,
        state: 'bad',
        says: `There is no route from here to ${where}.`,
        cause: 'never-arrived',
        mend: {
          says: 'See VPN and routes; or let the control plane carry it: fleetkey ssh --via tunnel.',
        },
      }
  }
}

/** Plain ssh believes ~/.ssh/known_hosts; fleetkey ssh believes what the agent reported, and does not ask it. */
async function lookAtKnownHosts({ facts }: ListedInstance): Promise<readonly Finding[]> {
  const address = facts?.sshAddresses[0]
  if (facts === undefined || facts.hostKeys.length === 0 || address === undefined) return []
  const name = facts.sshPort === 22 ? address : `[${address}]:${facts.sshPort}`
  const { stdout } = await program('ssh-keygen', ['-F', name])
  return judgeKnownHosts({ name, known: stdout, reported: facts.hostKeys })
}

export function judgeKnownHosts(seen: {
  readonly name: string
  /** What `ssh-keygen -F NAME` prints. */
  readonly known: string
  /** `type base64` */
  readonly reported: readonly string[]
}): readonly Finding[] {
  const { name, known, reported } = seen
  const keys = known
    .split('\n')
    .flatMap((line) => /^[^#\s]\S* (\S+ [A-Za-z0-9+/=]+)/.exec(line)?.[1] ?? [])
  const other = keys.find(
    (key) =>
      !reported.includes(key) && reported.some((one) => one.split(' ')[0] === key.split(' ')[0]),
  )
  if (other === undefined) return []
  return [
    {
      check: 'known-hosts',
      state: 'note',
      says: `Your known_hosts has another host key for ${name} than the agent reports: plain ssh refuses it, fleetkey ssh goes by what the agent reports.`,
      mend: {
        says: 'If the host was set up anew, forget the old key.',
        commands: [`ssh-keygen -R '${name}'`],
      },
    },
  ]
}

function program(
  file: string,
  args: readonly string[],
): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 5000, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? -1), stdout, stderr })
    })
  })
}

const good = (check: string, says: string): Finding => ({ check, state: 'good', says })
