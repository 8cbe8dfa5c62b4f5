/** Where things are on a host. Everything is root's; nothing is outside these but the drop-in for sshd and the service unit. */
export const PATHS = {
  /** Settings that the host's administrator writes (settings.ts). */
  settings: '/etc/fleetkey/agent.json',
  /** Identity and pins, made at enrolment. 0700. */
  state: '/var/lib/fleetkey',
  /** Live keys for the helper: one file per live key. tmpfs, gone after a boot. */
  keys: '/run/fleetkey/keys',
  /** Notes that the helper leaves of what sshd asked. */
  notes: '/run/fleetkey/notes',
  /** What the session hook leaves of logins, and what explains them: root's alone. */
  logins: '/run/fleetkey/logins',
  /** `file` delivery: authorized_keys files by osUser. */
  authorizedKeys: '/run/fleetkey/authorized_keys',
  /** What sshd reads. An agent below another directory belongs to the sshd whose configuration lies there too. */
  sshdConfig: '/etc/ssh/sshd_config',
  /** What sshd calls. */
  helper: '/usr/lib/fleetkey/authorized-keys',
  /** What PAM runs when sshd has let somebody in. */
  sessionHook: '/usr/lib/fleetkey/session-hook',
  /** Answers `fleetkey agent status`. */
  statusFile: '/run/fleetkey/status.json',
} as const

export type Paths = Readonly<Record<keyof typeof PATHS, string>>

/**
 * The same places below another directory, for an agent without root (the demo's host) and for tests. Helper and hook stay where
 * they are: sshd and PAM call only what root owns.
 */
export function pathsBelow(root: string): Paths {
  const below = Object.entries(PATHS).map(([name, path]) => [name, `${root}${path}`])
  const { helper, sessionHook } = PATHS
  return { ...(Object.fromEntries(below) as Paths), helper, sessionHook }
}

/** The account that sshd runs the helper as: no home, no shell, owns nothing but its notes. */
export const HELPER_USER = 'fleetkey'
