/** An expected reason why there is no demo, with what to do about it. */
export class DemoFailure extends Error {
  readonly mend: string

  constructor(message: string, mend: string) {
    super(message)
    this.mend = mend
  }
}

/** What a person reads when a start failed, whatever threw. */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message.trim() : String(error)
  const mend = error instanceof DemoFailure ? error.mend : mendFor(message)
  return `fleetkey demo: ${message}\n  do  ${mend}\n`
}

function mendFor(message: string): string {
  const known = MENDS.find(([pattern]) => pattern.test(message))
  return known?.[1] ?? 'Start it again; nothing of this try is left.'
}

const MENDS: readonly (readonly [pattern: RegExp, mend: string])[] = [
  [
    /bridge|Operation not supported|Unknown device type/,
    "Load the kernel's modules: modprobe -a bridge veth. Or run it as an ordinary user: one host, which needs neither.",
  ],
  [/no free subnet/, 'See "ip link show type bridge", and end the demos and tests that run.'],
  [
    /overlay|wrong fs type/,
    'Choose a directory on a disk that takes overlay mounts: fleetkey demo --dir /var/tmp/fleetkey-demo',
  ],
  [/ENOSPC|No space left/, 'Free some disk space, or choose another place with --dir.'],
  [
    /EACCES|EPERM|EROFS/,
    'Choose a directory that you can write to: fleetkey demo --dir ~/fleetkey-demo',
  ],
]
