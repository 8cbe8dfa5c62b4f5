/** What somebody dropped or chose: files and folders, by their paths from where they are put. */
export interface Dropped {
  /** Those above others come first. */
  readonly folders: readonly string[]
  readonly files: readonly DroppedFile[]
}

export interface DroppedFile {
  /** `name`, or `folder/name`. */
  readonly path: string
  readonly file: File
}

/** More at once are no drop but a backup: `tar` is made for these. */
const MAX_DROPPED = 2000

export const filesOnly = (files: Iterable<File>): Dropped => ({
  folders: [],
  files: [...files].map((file) => ({ path: file.name, file })),
})

/**
 * What is in a drop, folders with all that is in them. To be called within the event: afterwards the browser knows nothing of it any more.
 * Rejects with a RangeError when there is more than MAX_DROPPED, and as the browser does when something cannot be read.
 */
export function droppedIn(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  // Not from a file manager: text of a page, say, which has no entry.
  if (entries.length === 0) return Promise.resolve(filesOnly(transfer.files))
  return walk(entries)
}

async function walk(top: readonly FileSystemEntry[]): Promise<Dropped> {
  const folders: string[] = []
  const files: DroppedFile[] = []
  const waiting = [...top]
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    const path = entry.fullPath.replace(/^\//, '')
    if (isFolder(entry)) {
      folders.push(path)
      // oxlint-disable-next-line no-await-in-loop -- one folder after the other, and no more than may be
      waiting.push(...(await childrenOf(entry)))
    } else if (isFile(entry)) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      files.push({ path, file: await fileOf(entry) })
    }
    if (folders.length + files.length + waiting.length > MAX_DROPPED) {
      throw tooMany()
    }
  }
  return { folders, files }
}

const tooMany = () =>
  new RangeError(
    `These are more than ${MAX_DROPPED.toLocaleString('en')} files and folders: pack them with tar, and send that.`,
  )

/** Browsers hand them out a hundred at a time. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- until there are no more
    const more = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (more.length === 0 || children.length > MAX_DROPPED) return children
    children.push(...more)
  }
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject))

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

/** A folder that somebody chooses, with the folders that have something in them: browsers tell of no others. Never settles when they choose none. */
export function folderOf(): Promise<Dropped> {
  const picker = document.createElement('input')
  picker.type = 'file'
  picker.webkitdirectory = true
  return new Promise((resolve, reject) => {
    picker.addEventListener('change', () => {
      const files = [...(picker.files ?? [])].map((file) => ({
        path: file.webkitRelativePath,
        file,
      }))
      const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)))
      if (files.length + folders.size > MAX_DROPPED) reject(tooMany())
      else resolve({ files, folders: [...folders] })
    })
    picker.click()
  })
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, at) => names.slice(0, at + 1).join('/'))
}
