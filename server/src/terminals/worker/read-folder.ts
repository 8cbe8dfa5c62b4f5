import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { SFTPWrapper, Stats } from 'ssh2'
import { asked, closeFile, readPage } from './sftp-promises.ts'

/** In characters. NAME_MAX is 255 bytes almost everywhere; a host that sends longer ones fills the memory of whoever passes them on. */
const MAX_NAME = 512

/** With `.` and `..`, which every folder has. */
const OWN_NAMES = 2

export interface FolderRead {
  /** No name twice. */
  readonly entries: readonly FileEntry[]
  /** Not all of it was told: there are more than `most`, or it was too late. */
  readonly truncated: boolean
  /** Names that no file system has (with `/` in them), or that came twice. They are nowhere in `entries`. */
  readonly odd: number
}

/**
 * Reads a folder, of which it may be told that it has no end.
 * @param how.until of performance.now()
 * @param how.step is called after each answer
 */
export async function readFolder(
  sftp: SFTPWrapper,
  path: string,
  how: { readonly most: number; readonly until: number; readonly step: () => void },
): Promise<FolderRead> {
  const handle = await asked<Buffer>(path, (done) => sftp.opendir(path, done))
  const entries = new Map<string, FileEntry>()
  let told = 0
  let odd = 0
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- page after page
      const page = await readPage(sftp, handle)
      // All that it tells counts, or one that says `.` again and again is asked for ever.
      told += page.length
      for (const { filename, attrs } of page) {
        if (filename === '.' || filename === '..') continue
        if (!isName(filename) || entries.has(filename)) odd++
        else if (entries.size < how.most) entries.set(filename, entryOf(filename, attrs as Stats))
      }
      const truncated = told > how.most + OWN_NAMES || performance.now() > how.until
      if (page.length === 0 || truncated) return { entries: [...entries.values()], truncated, odd }
      how.step()
    }
  } finally {
    await closeFile(sftp, handle).catch(() => {})
  }
}

/** Of one thing in a folder. */
export const isName = (name: string): boolean =>
  name !== '' &&
  name !== '.' &&
  name !== '..' &&
  !name.includes('/') &&
  !name.includes('\0') &&
  name.length <= MAX_NAME

export function entryOf(name: string, attributes: Stats): FileEntry {
  const { size, mtime, mode } = attributes
  const kind = attributes.isDirectory()
    ? 'folder'
    : attributes.isSymbolicLink()
      ? 'link'
      : attributes.isFile()
        ? 'file'
        : 'other'
  return { name, kind, size, modifiedAt: mtime * 1000, mode: mode & 0o7777 }
}
