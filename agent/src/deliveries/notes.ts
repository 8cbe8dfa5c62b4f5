import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as fs from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isOsUser } from '@fleetkey/domain/os-user'
import { openBootClock } from '../boot-clock.ts'
import { PATHS, type Paths } from '../paths.ts'
import { replaceFile } from './replace-file.ts'
import { noteFiles } from './run-directories.ts'

/** sshd asked the helper for a key: somebody offered it for this account. */
export interface OfferNote {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly osUser: string
  readonly uid: number
  /** `SHA256:…` */
  readonly fingerprint: string
  /** Whether the helper printed the key. sshd asks twice for a key that logs in. */
  readonly live: boolean
}

/** Asked for by the examination of this host, by nobody else: no key has it. */
export const EXAMINATION_FINGERPRINT = `SHA256:${'fleetkey/examination/'.repeat(3).slice(0, 43)}`

/** As authorized-keys.sh limits it. */
const longest = 64 * 1024

/** A helper that has the file open already may still write: it lives about a millisecond. */
const helperMs = 25

/**
 * The notes since the last call, oldest first, and takes them away. Whatever the account fleetkey might have done to them (links,
 * fifos, huge files, lines of its own making) costs no more than notes: lines that are not of the shape are dropped.
 */
export async function takeNotes({ paths = PATHS }: { paths?: Paths } = {}): Promise<
  readonly OfferNote[]
> {
  const taken = await Promise.all(
    noteFiles.map(async (name) =>
      parseNotes(await takeText(`${paths.notes}/${name}`), { live: name === 'live' }),
    ),
  )
  return taken.flat().toSorted((one, other) => one.at - other.at)
}

/** Puts an empty file in its place, then reads the old one to its end. */
async function takeText(path: string): Promise<string> {
  // O_NONBLOCK: a fifo does not hold us up. O_NOFOLLOW: a link leads nowhere.
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  try {
    const found = await file?.stat()
    if (found?.size === 0 && found.isFile()) return ''
    renewFile(path)
    if (file === undefined || found?.isFile() !== true) return ''
    await delay(helperMs)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longest), 0, longest, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file?.close()
  }
}

/** Nothing when the directory is gone: then there are no notes, and logins go on. */
function renewFile(path: string): void {
  const directory = fs.statSync(dirname(path), { throwIfNoEntry: false })
  if (directory === undefined) return
  if (fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    fs.rmSync(path, { recursive: true })
  }
  replaceFile(path, '', { mode: 0o620, uid: 0, gid: directory.gid })
}

function parseNotes(text: string, { live }: { readonly live: boolean }): readonly OfferNote[] {
  const clock = openBootClock()
  const [bootNow, wallNow] = [clock.now(), Date.now()]
  return text.split('\n').flatMap((line) => {
    const [, bootThen, osUser = '', uid, fingerprint = ''] =
      /^(\d{1,15}) (\S{1,32}) (\d{1,10}) (SHA256:[A-Za-z0-9+/]{43})$/.exec(line) ?? []
    const ago = (bootNow - Number(bootThen)) * 10
    // `!(ago >= 0)` holds for a line of another shape too.
    if (!(ago >= 0) || !isOsUser(osUser) || fingerprint === EXAMINATION_FINGERPRINT) return []
    return { at: wallNow - ago, osUser, uid: Number(uid), fingerprint, live }
  })
}
