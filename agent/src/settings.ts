import { fstatSync, openSync, readFileSync, closeSync, type Stats } from 'node:fs'
import { isDelivery, isPort, type DeliveryKind } from '@fleetkey/domain/host-facts'
import { isOsUser } from '@fleetkey/domain/os-user'
import { AgentFailure } from './exit-codes.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'

/** What this host's administrator decides, whatever any server says. */
export interface Settings {
  /** How keys reach sshd. Default `command`. */
  readonly delivery: DeliveryKind
  /** Whether a grant may be for uid 0. Default false. */
  readonly allowRoot: boolean
  /** When set, grants are for these accounts only. */
  readonly allowUsers?: readonly string[]
  /** Never for these, also when they are in `allowUsers`. */
  readonly denyUsers?: readonly string[]
  /** Where people reach sshd, when it is not the port that sshd itself listens on. */
  readonly sshPort?: number
  /** Ports of this host that tunnels may lead to. Default: the one that sshd listens on. None: no tunnels. */
  readonly tunnelPorts?: readonly number[]
  /** Whether the control plane may have this host mended (`fleetkey doctor --fix`). Default true. */
  readonly remoteMends: boolean
  /**
   * What a login is that no grant explains: an alarm, or worth a note where such logins are normal. Default: an alarm where grants are the
   * only way in (lock.ts), a note elsewhere.
   */
  readonly otherLogins?: OtherLogins
  /** Default `info`. */
  readonly logLevel: LogLevel
}

const OTHER_LOGINS = ['alarm', 'note'] as const
export type OtherLogins = (typeof OTHER_LOGINS)[number]

export const DEFAULT_SETTINGS: Settings = {
  delivery: 'command',
  allowRoot: false,
  remoteMends: true,
  logLevel: 'info',
}

/** Says what in the file to mend. */
export class SettingsRefusal extends AgentFailure {
  constructor(message: string) {
    super('configuration', message)
  }
}

/** The settings in the file, defaults when there is none. Throws a SettingsRefusal rather than guess. */
export function loadSettings(path: string): Settings {
  const text = readTrusted(path)
  if (text === undefined) return DEFAULT_SETTINGS
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SettingsRefusal(`${path} is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SettingsRefusal(`${path} must hold one JSON object`)
  }
  const found = value as Record<string, unknown>
  const unknown = Object.keys(found).find((key) => !Object.hasOwn(CHECKS, key))
  if (unknown !== undefined) {
    throw new SettingsRefusal(
      `${path}: unknown setting ${JSON.stringify(unknown)}; there are ${Object.keys(CHECKS).join(', ')}`,
    )
  }
  for (const [key, check] of Object.entries(CHECKS)) {
    if (Object.hasOwn(found, key) && !check.holds(found[key])) {
      throw new SettingsRefusal(`${path}: ${key} must be ${check.wanted}`)
    }
  }
  return { ...DEFAULT_SETTINGS, ...found }
}

interface Check {
  readonly wanted: string
  holds(value: unknown): boolean
}

const accounts: Check = {
  wanted: 'a list of account names',
  holds: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && isOsUser(name)),
}

const MAX_TUNNEL_PORTS = 16

const CHECKS: Readonly<Record<keyof Settings, Check>> = {
  delivery: {
    wanted: '"command", "file", "home" or "metadata"',
    holds: (value) => typeof value === 'string' && isDelivery(value),
  },
  allowRoot: { wanted: 'true or false', holds: (value) => typeof value === 'boolean' },
  allowUsers: accounts,
  denyUsers: accounts,
  sshPort: {
    wanted: 'a port, 1 to 65535',
    holds: isPort,
  },
  tunnelPorts: {
    wanted: `a list of up to ${MAX_TUNNEL_PORTS} ports, each 1 to 65535; [] for no tunnels`,
    holds: (value) =>
      Array.isArray(value) && value.length <= MAX_TUNNEL_PORTS && value.every(isPort),
  },
  remoteMends: { wanted: 'true or false', holds: (value) => typeof value === 'boolean' },
  otherLogins: {
    wanted: '"alarm" or "note"',
    holds: (value) => OTHER_LOGINS.some((one) => one === value),
  },
  logLevel: {
    wanted: `one of ${LOG_LEVELS.join(', ')}`,
    holds: (value) => LOG_LEVELS.some((level) => level === value),
  },
}

/** Who can write this file decides who gets in: only root (or the user that a rootless agent runs as). */
function readTrusted(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SettingsRefusal(`${path} cannot be read: ${(failure as Error).message}`)
  }
  try {
    refuseWritableByOthers(path, fstatSync(file))
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function refuseWritableByOthers(path: string, { uid, mode }: Stats): void {
  if (uid !== 0 && uid !== process.geteuid?.()) {
    throw new SettingsRefusal(`${path} must belong to root: chown root ${path}`)
  }
  if ((mode & 0o022) !== 0) {
    throw new SettingsRefusal(`${path} must be writable by its owner only: chmod go-w ${path}`)
  }
}
