import Alert from '@cloudscape-design/components/alert'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import { useEffect, useRef, useState } from 'react'
import { ApiRefusal, asRefusal } from '../../api/api-refusal.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { droppedIn, filesOnly, folderOf, type Dropped } from './dropped-files.ts'
import { FileActs, type FileAct } from './file-acts.tsx'
import { listFiles } from './file-doors.ts'
import { FileTable, type RowKey } from './file-table.tsx'
import { above, onTheWay, within } from './remote-path.ts'
import { ReplaceDialog } from './replace-dialog.tsx'
import { fitsArchive } from './download-archive.ts'
import { startArchive, startDownload, type FilePlace } from './terminal-transfers.ts'
import { TransferList } from './transfer-list.tsx'
import { useUploads } from './use-uploads.ts'

/** Files of the host that a terminal is on: a folder, what can be done with what is in it, and what is on its way to it and from it. */
export function FilesPanel({
  place,
  dropped,
  onTaken,
  onClose,
}: {
  readonly place: FilePlace
  /** What was dropped on the terminal: sent to the folder that is shown. */
  readonly dropped: Promise<Dropped> | undefined
  readonly onTaken: () => void
  readonly onClose: () => void
}) {
  const { terminalId, transfers } = place
  const [folder, setFolder] = useState('')
  const [isOver, setOver] = useState(false)
  const [chosenNames, setChosenNames] = useState<ReadonlySet<string>>(new Set())
  const [focusOn, setFocusOn] = useState<string>()
  const [fetchRefusal, setFetchRefusal] = useState<ApiRefusal>()
  const section = useRef<HTMLElement>(null)
  const [act, setAct] = useState<FileAct>()
  const picker = useRef<HTMLInputElement>(null)
  const { value, refusal, isLoading, reload } = useAnswer(`${terminalId} ${folder}`, (signal) =>
    listFiles(terminalId, folder, signal),
  )
  const uploads = useUploads(place, { asked: folder, folder: value }, reload)
  // What is gone meanwhile is chosen no more.
  const chosen = value?.entries.filter(({ name }) => chosenNames.has(name)) ?? []
  const pathOf = ({ name }: FileEntry) => within(value?.path ?? '/', name)
  const open = (path: string) => {
    setChosenNames(new Set())
    setFolder(path)
    const wasIn = section.current?.contains(document.activeElement) === true
    // The way back leads to where one came from.
    setFocusOn(wasIn ? nameIn(path, value?.path) : undefined)
  }
  const fetch = async (entries: readonly FileEntry[]) => {
    const [first] = entries
    if (first === undefined || value === undefined) return
    const names = entries.map(({ name }) => name)
    setFetchRefusal(undefined)
    try {
      if (entries.length === 1 && first.kind !== 'folder') {
        await startDownload(place, pathOf(first), first)
      } else if (fitsArchive({ terminalId, folder: value.path, names })) {
        await startArchive(place, value.path, entries)
      } else throw tooManyNames()
    } catch (error) {
      setFetchRefusal(asRefusal(error))
    }
  }
  const press = (key: RowKey, entry: FileEntry) => {
    switch (key) {
      case 'open':
        if (entry.kind === 'folder' || entry.kind === 'link') return open(pathOf(entry))
        return void fetch([entry])
      case 'rename':
        return setAct({ kind: 'rename', entry })
      case 'delete':
        // What is chosen, when the row is part of it.
        return setAct({ kind: 'delete', entries: chosenNames.has(entry.name) ? chosen : [entry] })
      case 'above':
        return up === undefined ? undefined : open(up)
      case 'leave':
        return chosen.length > 0 ? setChosenNames(new Set()) : onClose()
    }
  }
  const up = value === undefined ? undefined : above(value.path)

  useEffect(() => {
    if (dropped === undefined) return
    uploads.take(dropped)
    onTaken()
    // What was dropped is taken once.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [dropped])

  return (
    // For whoever has no mouse there is the button.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={section}
      className={`terminal-side${isOver ? ' terminal-drop' : ''}`}
      aria-label="Files"
      tabIndex={-1}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        uploads.take(droppedIn(event.dataTransfer))
      }}
    >
      <SpaceBetween size="s">
        <Header
          variant="h2"
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <ButtonDropdown
                disabled={value === undefined}
                items={[
                  { id: 'files', text: 'Files…' },
                  { id: 'folder', text: 'A folder…' },
                ]}
                onItemClick={({ detail }) => {
                  if (detail.id === 'files') picker.current?.click()
                  else uploads.take(folderOf())
                }}
              >
                Upload
              </ButtonDropdown>
              <ActMenu
                isKnown={value !== undefined}
                chosen={chosen}
                onAct={setAct}
                onFetch={() => void fetch(chosen)}
              />
              <Button
                variant="icon"
                iconName="refresh"
                ariaLabel="List the folder again"
                onClick={reload}
              />
              <Button
                variant="icon"
                iconName="close"
                ariaLabel="Close the files"
                onClick={onClose}
              />
            </SpaceBetween>
          }
        >
          Files
        </Header>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            uploads.take(Promise.resolve(filesOnly(event.target.files ?? [])))
            event.target.value = ''
          }}
        />
        <BreadcrumbGroup
          ariaLabel="Folders"
          items={onTheWay(value?.path ?? '/').map(({ name, path }) => ({
            text: escapeActing(name),
            href: path,
          }))}
          onFollow={(event) => {
            event.preventDefault()
            open(event.detail.href)
          }}
        />
        <Refusal refusal={refusal} header="The folder is not listed" onRetry={reload} />
        <Refusal
          refusal={uploads.refusal}
          header="It was not sent"
          onDismiss={() => uploads.forget()}
        />
        <Refusal
          refusal={fetchRefusal}
          header="It is not fetched"
          onDismiss={() => setFetchRefusal(undefined)}
        />
        <TransferList transfers={transfers} />
        {value?.truncated === true && <Alert type="info">It has more than are listed here.</Alert>}
        <FileTable
          key={value?.path ?? ''}
          folder={value?.path ?? folder}
          focusOn={focusOn}
          entries={value?.entries}
          isLoading={isLoading && value === undefined}
          above={up === undefined ? undefined : () => open(up)}
          chosen={chosen}
          onChoose={(entries) => setChosenNames(new Set(entries.map(({ name }) => name)))}
          onOpen={(entry) => open(pathOf(entry))}
          onFetch={(entry) => void fetch([entry])}
          onKey={press}
        />
      </SpaceBetween>
      {uploads.doubtful.length > 0 && (
        <ReplaceDialog
          folder={value?.path ?? ''}
          paths={uploads.doubtful}
          onReplace={() => uploads.answer('replace')}
          onKeep={() => uploads.answer('keep')}
          onCancel={() => uploads.answer('cancel')}
        />
      )}
      {act !== undefined && value !== undefined && (
        <FileActs
          terminalId={terminalId}
          act={act}
          listing={value}
          onChanged={reload}
          onClose={() => setAct(undefined)}
        />
      )}
    </section>
  )
}

/** What leads down from a folder to another; empty when it is not above. */
const nameIn = (folder: string, below: string | undefined): string =>
  below?.startsWith(within(folder, '')) === true
    ? (below.slice(within(folder, '').length).split('/', 1)[0] ?? '')
    : ''

const tooManyNames = () =>
  new ApiRefusal({
    code: 'TooManyNames',
    status: 0,
    message:
      'These names are too long together for one archive. Choose fewer of them, or the folder that they are in.',
  })

function ActMenu({
  isKnown,
  chosen,
  onAct,
  onFetch,
}: {
  readonly isKnown: boolean
  readonly chosen: readonly FileEntry[]
  readonly onAct: (act: FileAct) => void
  readonly onFetch: () => void
}) {
  const [first] = chosen
  const isOne = chosen.length === 1
  const one = { disabled: !isOne, disabledReason: 'Choose one.' }
  const some = { disabled: chosen.length === 0, disabledReason: 'Choose some.' }
  return (
    <ButtonDropdown
      disabled={!isKnown}
      expandToViewport
      items={[
        { id: 'make-folder', text: 'New folder…' },
        { id: 'download', text: 'Download', ...some },
        { id: 'rename', text: 'Rename…', labelTag: 'F2', ...one },
        { id: 'mode', text: 'Permissions…', ...one },
        { id: 'delete', text: 'Delete…', labelTag: 'Delete', ...some },
      ]}
      onItemClick={({ detail }) => {
        switch (detail.id) {
          case 'make-folder':
            return onAct({ kind: 'make-folder' })
          case 'download':
            return onFetch()
          case 'delete':
            return onAct({ kind: 'delete', entries: chosen })
          case 'rename':
          case 'mode':
            if (first !== undefined) onAct({ kind: detail.id, entry: first })
        }
      }}
    >
      Actions
    </ButtonDropdown>
  )
}
