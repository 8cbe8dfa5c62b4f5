/**
 * What a host's agent can mend by itself. Each touches what Fleetkey put there, takes a right to write away, or has sshd start or read
 * its configuration anew once it is content with it. Accounts, the firewall and other people's lines for sshd are never among them.
 */
export const FIXES = {
  'helper-account': 'make the system account that sshd runs the helper as',
  helper: 'put the helper that gives sshd pushed keys in order',
  'run-directories': 'make the directories of live keys, with the owner and mode that they need',
  'sshd-settings': "write Fleetkey's settings of sshd again, and reload it",
  permissions: 'take the right to write from group and others where sshd minds it (StrictModes)',
  'start-sshd': 'start sshd',
  'reload-sshd': 'have sshd read its configuration anew',
} as const

export type FixName = keyof typeof FIXES

export const FIX_NAMES = Object.keys(FIXES) as readonly FixName[]

export const isFixName = (value: unknown): value is FixName =>
  typeof value === 'string' && Object.hasOwn(FIXES, value)
