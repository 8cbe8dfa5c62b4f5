import { realpathSync, statSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What of a file or directory decides whether sshd trusts it. */
export interface PathPart {
  readonly path: string
  readonly uid: number
  readonly gid: number
  /** All bits of st_mode that chmod(1) knows. */
  readonly mode: number
  readonly isDirectory: boolean
}

export interface PathFault {
  readonly path: string
  readonly kind: 'owner' | 'writable'
}

export interface TrustedOwner {
  readonly uid: number
  /** A group whose only member is that user: Debian's sshd lets it write (its patch user-group-modes). */
  readonly privateGroup?: number
}

/** misc.c, safe_path: every part belongs to root or to this user, and nobody else may write to it. */
export function findPathFaults(
  parts: readonly PathPart[],
  { uid, privateGroup }: TrustedOwner,
): readonly PathFault[] {
  return parts.flatMap((part): PathFault[] => {
    if (part.uid !== 0 && part.uid !== uid) return [{ path: part.path, kind: 'owner' }]
    const writable = part.mode & (part.gid === privateGroup ? 0o002 : 0o022)
    return writable === 0 ? [] : [{ path: part.path, kind: 'writable' }]
  })
}

/** From the file up to `top`, or to `/`, links followed. What is not there yet is left out. */
export function readPathParts(path: string, top = '/'): readonly PathPart[] {
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    const above = dirname(path)
    return above === path || path === top ? [] : readPathParts(above, top)
  }
  const end = realOr(top)
  const parts: PathPart[] = []
  for (let at = real; ; at = dirname(at)) {
    const stat = statSync(at)
    const { uid, gid } = stat
    parts.push({ path: at, uid, gid, mode: stat.mode & 0o7777, isDirectory: stat.isDirectory() })
    if (at === end || at === '/') return parts
  }
}

function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return '/'
  }
}

/** group(5): whether nobody else is in the group, neither as a member nor by its primary group. */
export function isPrivateGroup(
  { name, gid }: { readonly name: string; readonly gid: number },
  files: { readonly group: string; readonly passwd: string } = readAccountFiles(),
): boolean {
  const members = rows(files.group)
    .filter(([, , found]) => found === String(gid))
    .flatMap(([, , , list = '']) => list.split(','))
    .filter((member) => member !== '' && member !== name)
  const others = rows(files.passwd).filter(
    ([other, , , found]) => found === String(gid) && other !== name,
  )
  return members.length === 0 && others.length === 0
}

const rows = (text: string) => text.split('\n').map((line) => line.split(':'))

function readAccountFiles() {
  return { group: readFileSync('/etc/group', 'utf8'), passwd: readFileSync('/etc/passwd', 'utf8') }
}
