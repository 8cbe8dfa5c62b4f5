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

/** As which user one logs in where nothing else is known: what cloud images of that system have, else ec2-user. */
export function defaultOsUser(os: string): string {
  return ACCOUNTS.find(([pattern]) => pattern.test(os))?.[1] ?? 'ec2-user'
}
