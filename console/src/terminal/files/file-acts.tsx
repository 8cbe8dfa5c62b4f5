import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { FileEntry, FileListing } from '@fleetkey/wire/terminal/file-listing'
import { DeleteDialog } from './delete-dialog.tsx'
import { changeMode, makeFolder, removeFile, renameFile } from './file-doors.ts'
import { ModeDialog } from './mode-dialog.tsx'
import { NewNameDialog } from './new-name-dialog.tsx'
import { within } from './remote-path.ts'
import { countTree, removeTree, type TreeEnd } from './tree-doors.ts'

/** What somebody is about to do with a folder or what is in it. */
export type FileAct =
  | { readonly kind: 'make-folder' }
  | { readonly kind: 'rename' | 'mode'; readonly entry: FileEntry }
  | { readonly kind: 'delete'; readonly entries: readonly FileEntry[] }

/** Its dialog. */
export function FileActs({
  terminalId,
  act,
  listing,
  onChanged,
  onClose,
}: {
  readonly terminalId: string
  readonly act: FileAct
  readonly listing: FileListing
  readonly onChanged: () => void
  readonly onClose: () => void
}) {
  const { path: folder, entries } = listing
  const taken = entries.map(({ name }) => name)
  const pathOf = (name: string) => within(folder, name)
  const done = () => {
    onChanged()
    onClose()
  }
  const common = { onDone: done, onClose }
  switch (act.kind) {
    case 'make-folder':
      return (
        <NewNameDialog
          header="New folder"
          action="Make"
          folder={folder}
          taken={taken}
          onName={(name) => makeFolder(terminalId, pathOf(name))}
          {...common}
        />
      )
    case 'rename': {
      const { name: before } = act.entry
      return (
        <NewNameDialog
          header={`Rename ${escapeActing(before)}`}
          action="Rename"
          folder={folder}
          before={before}
          taken={taken}
          onName={(name) => renameFile(terminalId, pathOf(before), pathOf(name))}
          {...common}
        />
      )
    }
    case 'mode':
      return (
        <ModeDialog
          entry={act.entry}
          onMode={(mode) => changeMode(terminalId, pathOf(act.entry.name), mode)}
          {...common}
        />
      )
    case 'delete':
      return (
        <DeleteDialog
          entries={act.entries}
          folder={folder}
          count={(entry, watched) =>
            entry.kind === 'folder'
              ? countTree(terminalId, pathOf(entry.name), watched)
              : Promise.resolve(endOf(entry))
          }
          remove={async (entry, watched) => {
            const path = pathOf(entry.name)
            if (entry.kind === 'folder') return await removeTree(terminalId, path, watched)
            await removeFile(terminalId, path)
            return endOf(entry)
          }}
          onChanged={onChanged}
          onClose={onClose}
        />
      )
  }
}

/** Of what is no folder. */
const endOf = ({ kind, size }: FileEntry): TreeEnd => {
  const bytes = kind === 'file' ? size : 0
  return { kind: 'end', files: 1, folders: 0, bytes, problems: [], problemCount: 0 }
}
