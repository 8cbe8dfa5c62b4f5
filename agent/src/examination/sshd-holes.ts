import type { SshdVersion } from '../sshd.ts'

/** A hole of sshd that lets people in who should not be, or gives them more than they should have. */
export interface SshdHole {
  readonly cve: string
  /** First and last release that has it, as `major.minor`. */
  readonly from: readonly [major: number, minor: number]
  readonly to: readonly [major: number, minor: number]
  /** The portable release (`p2`) of the last one that has it no more. */
  readonly mendedInPatch?: number
  readonly says: string
}

/** The worst first. By OpenSSH's own release notes (openssh.com/security.html) and NVD. sshd alone: holes of ssh, scp and ssh-agent are none of a host's. */
export const SSHD_HOLES: readonly SshdHole[] = [
  {
    cve: 'CVE-2024-6387',
    from: [8, 5],
    to: [9, 7],
    says: 'a race in a signal handler before the login may run code as root (regreSSHion; glibc)',
  },
  {
    cve: 'CVE-2026-123158',
    from: [1, 0],
    to: [10, 6],
    mendedInPatch: 2,
    says: 'where musl is the C library and PAM is not used (Alpine), some accounts let any very long password in',
  },
  {
    cve: 'CVE-2024-6409',
    from: [8, 7],
    to: [8, 8],
    says: 'the same kind of race in the unprivileged process, in the packages of Red Hat',
  },
  {
    cve: 'CVE-2023-25136',
    from: [9, 1],
    to: [9, 1],
    says: 'memory is freed twice before the login',
  },
  {
    cve: 'CVE-2023-48795',
    from: [1, 0],
    to: [9, 5],
    says: 'somebody in between may cut off the first messages of a connection (Terrapin)',
  },
  {
    cve: 'CVE-2025-26466',
    from: [9, 5],
    to: [9, 9],
    mendedInPatch: 2,
    says: 'pings before the login use memory and time without end',
  },
  {
    cve: 'CVE-2025-32728',
    from: [7, 4],
    to: [9, 9],
    says: 'DisableForwarding leaves X11 and agent forwarding on',
  },
  {
    cve: 'CVE-2021-41617',
    from: [6, 2],
    to: [8, 7],
    says: 'AuthorizedKeysCommand runs with supplementary groups of root when it has a user of its own',
  },
  {
    cve: 'CVE-2026-106585',
    from: [1, 0],
    to: [10, 5],
    says: 'what is unpacked of a compressed connection has no limit',
  },
  {
    cve: 'CVE-2026-59999',
    from: [7, 4],
    to: [10, 3],
    says: 'DisableForwarding may leave PermitTunnel on',
  },
  {
    cve: 'CVE-2026-35414',
    from: [5, 6],
    to: [10, 2],
    says: 'a certificate whose principal has a comma may count for another of the principals= in authorized_keys',
  },
  {
    cve: 'CVE-2026-35387',
    from: [5, 7],
    to: [10, 2],
    says: 'one ECDSA algorithm in PubkeyAcceptedAlgorithms lets in keys of all of them',
  },
  {
    cve: 'CVE-2018-15473',
    from: [1, 0],
    to: [7, 7],
    says: 'anybody can find out which accounts there are',
  },
]

/** Those that a release of this number had when it came out: a distribution's package of it may have them mended. */
export function findHoles({ text, major, minor }: SshdVersion): readonly SshdHole[] {
  const at = [major, minor] as const
  const patch = Number(/\dp(\d+)/.exec(text)?.[1] ?? 0)
  return SSHD_HOLES.filter(
    ({ from, to, mendedInPatch = Infinity }) =>
      compare(from, at) <= 0 &&
      (compare(at, to) < 0 || (compare(at, to) === 0 && patch < mendedInPatch)),
  )
}

const compare = (one: readonly [number, number], other: readonly [number, number]): number =>
  one[0] - other[0] || one[1] - other[1]
