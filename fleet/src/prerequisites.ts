import { accessSync, constants, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { plainEnvironment } from './run-program.ts'

const programs = ['ip', 'unshare', 'nsenter', 'mount', 'pivot_root', 'setpriv', 'ssh', 'ssh-keygen']
const capSysAdmin = 21
const capNetAdmin = 12

/**
 * What this machine lacks for `openHostNetwork`, in words for a person; empty when all is there.
 * Tests without it skip, and print this list so that nobody takes a skip for a pass.
 */
export function missingPrerequisites(): string[] {
  return [
    ...(process.platform === 'linux' ? [] : ['Linux']),
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(hasCapabilities() ? [] : ['the capabilities SYS_ADMIN and NET_ADMIN']),
    ...programs.filter((name) => !isInPath(name)),
    ...(isExecutable('/usr/sbin/sshd') ? [] : ['/usr/sbin/sshd (package openssh-server)']),
    ...(isExecutable('/bin/bash') ? [] : ['/bin/bash']),
    ...(kernelIsAtLeast(5, 10) ? [] : ['newer kernel (5.10: overlay mounts that do not sync)']),
  ]
}

/** A container's root may well be uid 0 without them. */
function hasCapabilities(): boolean {
  if (process.platform !== 'linux') return false
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const effective = BigInt(`0x${hex ?? '0'}`)
  return [capSysAdmin, capNetAdmin].every((bit) => ((effective >> BigInt(bit)) & 1n) === 1n)
}

function isInPath(name: string): boolean {
  return (plainEnvironment['PATH'] ?? '').split(':').some((dir) => isExecutable(`${dir}/${name}`))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function kernelIsAtLeast(major: number, minor: number): boolean {
  const [haveMajor = 0, haveMinor = 0] = release().split('.').map(Number)
  return haveMajor > major || (haveMajor === major && haveMinor >= minor)
}
