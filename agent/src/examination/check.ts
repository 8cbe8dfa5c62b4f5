import type { Finding } from '@fleetkey/domain/finding'
import type { Paths } from '../paths.ts'
import type { Settings } from '../settings.ts'
import type { SshdConfig } from '../sshd.ts'
import type { HostAccount } from './host-account.ts'

/** One thing that a login depends on. `look` may throw and may hang: examine() makes `unknown` of both. */
export interface Check {
  readonly name: CheckName
  look(host: ExaminedHost): Promise<readonly Finding[]>
}

/** In the order of a login's way through the host. */
export const CHECK_NAMES = [
  'agent',
  'firewall',
  'sshd-running',
  'sockets',
  'host-keys',
  'sshd-config',
  'account',
  'pam',
  'permissions',
  'command',
  'penalties',
  'mandatory-access',
  'disk',
  'locked',
  'sshd-version',
] as const
export type CheckName = (typeof CHECK_NAMES)[number]

/** The host and the login that is asked about. What several checks want to know is found out once. */
export interface ExaminedHost {
  /** Absent: what is the same for everybody. */
  readonly osUser?: string
  /** Whence that login comes. */
  readonly address?: string
  /** Where it was sent, if not to where sshd listens. */
  readonly port?: number
  /** Of the agent, by this host's administrator. */
  readonly settings: Settings
  readonly paths: Paths
  /** Milliseconds since 1970 by the host's clock. */
  readonly wallNow: number
  /** Milliseconds that a check may take. What waits for a program of the host gives up before. */
  readonly limitMs: number
  /** `sshd -T`; for the login with its Match blocks, where a user is named. Throws SshdUnreadable. */
  config(): Promise<SshdConfig>
  /** Without any Match block. Throws SshdUnreadable. */
  commonConfig(): Promise<SshdConfig>
  /** Undefined when there is none, or no user is named. Throws when the host's name service does not answer. */
  account(): Promise<HostAccount | undefined>
}
