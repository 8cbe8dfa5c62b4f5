import type { FileEntry, FileListing } from '@fleetkey/wire/terminal/file-listing'
import type { Dropped, DroppedFile } from './dropped-files.ts'
import { within } from './remote-path.ts'

/** What is to be done so that a drop is on the host. */
export interface UploadPlan {
  /** Paths on the host, those above others first. */
  readonly folders: readonly string[]
  readonly files: readonly PlannedFile[]
}

export interface PlannedFile extends DroppedFile {
  /** On the host. */
  readonly to: string
  /** A file of that name is there, and would be replaced. */
  readonly isTaken: boolean
}

/**
 * Looks into the folders that are there already, so that nothing is replaced that nobody was asked about.
 * @param list lists a folder of the host. What it rejects with, this does.
 */
export async function planUpload(
  { folders, files }: Dropped,
  {
    into,
    list,
  }: {
    readonly into: FileListing
    readonly list: (path: string) => Promise<FileListing>
  },
): Promise<UploadPlan> {
  /** Of each folder of the drop what is there, and undefined for one that is new. `''` is where they are put. */
  const there = new Map<string, readonly FileEntry[] | undefined>([['', into.entries]])
  const found = (path: string) => {
    const { folder, name } = split(path)
    return there.get(folder)?.find((entry) => entry.name === name)
  }
  const made: string[] = []
  for (const path of folders) {
    const to = within(into.path, path)
    const entry = found(path)
    // A link may lead to a folder: it is looked into as one. Of a file in its place the host says what is wrong.
    if (entry === undefined) there.set(path, undefined)
    // oxlint-disable-next-line no-await-in-loop -- as above
    else there.set(path, (await list(to)).entries)
    if (entry === undefined) made.push(to)
  }
  return {
    folders: made,
    files: files.map((each) => ({
      ...each,
      to: within(into.path, each.path),
      isTaken: found(each.path) !== undefined,
    })),
  }
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/')
  return { folder: at < 0 ? '' : path.slice(0, at), name: path.slice(at + 1) }
}
