/** The account that images of an operating system have, by how it calls itself in /etc/os-release (PRETTY_NAME). */
const ACCOUNTS: readonly (readonly [RegExp, string])[] = [
  [/amazon linux/i, 'ec2-user'],
  [/ubuntu/i, 'ubuntu'],
  [/debian/i, 'debian'],
  [/fedora/i, 'fedora'],
  [/rocky/i, 'rocky'],
  [/almalinux/i, 'almalinux'],
  [/centos/i, 'centos'],
  [/red hat/i, 'ec2-user'],
  [/suse/i, 'ec2-user'],
  [/arch linux/i, 'arch'],
  [/alpine/i, 'alpine'],
]

/** What images call such an account whatever the system is, most usual first. */
const USUAL = ['ec2-user', 'ubuntu', 'debian', 'admin', 'cloud-user', 'core']

/**
 * As whom to log in, best guess first and each once: the account of cloud images of that system, as far as the host has it; then what it
 * has. Where its agent does not say what it has, that account, else ec2-user.
 */
export function likelyOsUsers(os: string, osUsers: readonly string[]): readonly string[] {
  const ofSystem = ACCOUNTS.find(([pattern]) => pattern.test(os))?.[1] ?? 'ec2-user'
  if (osUsers.length === 0) return [ofSystem]
  const known = [ofSystem, ...USUAL].filter((name) => osUsers.includes(name))
  return [...new Set([...known, ...osUsers])]
}
