import { isIP } from 'node:net'
import { PATHS, type Paths } from '../paths.ts'
import type { Settings } from '../settings.ts'
import { readSshdConfig } from '../sshd.ts'
import type { ExaminedHost } from './check.ts'
import { readHostAccount } from './host-account.ts'

/** The login that is asked about; without a user, what is the same for everybody. */
export interface ExaminationQuestion {
  readonly osUser?: string
  /** IPv4 or IPv6, whence the login comes. Default: one of anywhere. */
  readonly address?: string
  /** Where whoever logs in was sent. Default: where sshd listens. */
  readonly port?: number
}

export interface HostParts {
  readonly settings: Settings
  readonly paths?: Paths
  /** Of each check: 4 s, which together with the way there and back is less than a server waits. */
  readonly limitMs?: number
  /** Default: sshd is asked. */
  readonly readConfig?: typeof readSshdConfig
}

const LIMIT_MS = 4000

/** RFC 5737: an address that is nobody's, for a login of which it is not said whence it comes. */
const ANYWHERE = '192.0.2.1'

/** What the checks share, found out once and when it is first asked for. */
export function openHost(
  { osUser, address, port }: ExaminationQuestion,
  { settings, paths = PATHS, limitMs = LIMIT_MS, readConfig = readSshdConfig }: HostParts,
): ExaminedHost {
  const from = address !== undefined && isIP(address) > 0 ? address : undefined
  const commonConfig = once(() => readConfig(undefined, paths.sshdConfig))
  return {
    ...(osUser === undefined ? {} : { osUser }),
    ...(from === undefined ? {} : { address: from }),
    ...(port === undefined ? {} : { port }),
    settings,
    paths,
    wallNow: Date.now(),
    limitMs,
    commonConfig,
    config:
      osUser === undefined
        ? commonConfig
        : once(() => readConfig({ user: osUser, address: from ?? ANYWHERE }, paths.sshdConfig)),
    account: once(async () => (osUser === undefined ? undefined : readHostAccount(osUser))),
  }
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined
  return () => (answer ??= ask())
}
