import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import { useEffect, useRef, useState } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { localTime } from '../../ui/time-words.ts'
import { byteText, modeText } from './byte-words.ts'
import { listFiles } from './file-doors.ts'
import { above, onTheWay, within } from './remote-path.ts'
import { startDownload, startUpload, transfersOf } from './terminal-transfers.ts'
import { TransferList } from './transfer-list.tsx'

/** Files of the host that a terminal is on: a folder, and what is on its way to it and from it. */
export function FilesPanel({
  terminalId,
  dropped,
  onTaken,
  onClose,
}: {
  readonly terminalId: string
  /** Files that were dropped on the terminal: sent to the folder that is shown. */
  readonly dropped: readonly File[]
  readonly onTaken: () => void
  readonly onClose: () => void
}) {
  const [folder, setFolder] = useState('')
  const [isOver, setOver] = useState(false)
  const [doubtful, setDoubtful] = useState<readonly File[]>([])
  const picker = useRef<HTMLInputElement>(null)
  const { value, refusal, isLoading, reload } = useAnswer(`${terminalId} ${folder}`, (signal) =>
    listFiles(terminalId, folder, signal),
  )

  const upload = (files: readonly File[], overwrites: boolean) => {
    if (value === undefined) return
    for (const file of files) {
      startUpload({ terminalId, path: within(value.path, file.name), overwrites }, file, reload)
    }
  }
  /** Those whose name is taken there are asked about. */
  const take = (files: readonly File[]) => {
    const isTaken = (file: File) => value?.entries.some(({ name }) => name === file.name) === true
    upload(
      files.filter((file) => !isTaken(file)),
      false,
    )
    setDoubtful(files.filter(isTaken))
  }

  useEffect(() => {
    if (dropped.length === 0 || value === undefined) return
    take(dropped)
    onTaken()
    // What was dropped is taken once, as soon as the folder is known.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [dropped, value])

  return (
    // For whoever has no mouse there is the button.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={`terminal-side${isOver ? ' terminal-drop' : ''}`}
      aria-label="Files"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take([...event.dataTransfer.files])
      }}
    >
      <SpaceBetween size="s">
        <Header
          variant="h2"
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <Button
                iconName="upload"
                disabled={value === undefined}
                onClick={() => picker.current?.click()}
              >
                Upload
              </Button>
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
            take([...(event.target.files ?? [])])
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
            setFolder(event.detail.href)
          }}
        />
        <Refusal refusal={refusal} header="The folder is not listed" onRetry={reload} />
        {value?.truncated === true && <Alert type="info">It has more than are listed here.</Alert>}
        <Table
          variant="borderless"
          contentDensity="compact"
          loading={isLoading && value === undefined}
          loadingText="Listing the folder"
          trackBy="name"
          items={value?.entries ?? []}
          empty={<EmptyState title="Nothing is in it">Drop files here to send them.</EmptyState>}
          columnDefinitions={[
            {
              id: 'name',
              header: 'Name',
              isRowHeader: true,
              cell: (entry) => (
                <EntryName
                  entry={entry}
                  onOpen={() => setFolder(within(value?.path ?? '/', entry.name))}
                  onFetch={() =>
                    startDownload(
                      { terminalId, path: within(value?.path ?? '/', entry.name) },
                      entry,
                    )
                  }
                />
              ),
            },
            {
              id: 'size',
              header: 'Size',
              cell: ({ kind, size }) => (kind === 'file' ? byteText(size) : ''),
            },
            {
              id: 'modified',
              header: 'Modified',
              cell: ({ modifiedAt, mode }) => (
                <span title={modeText(mode)}>{localTime(new Date(modifiedAt)).slice(0, 16)}</span>
              ),
            },
          ]}
          header={
            value !== undefined && above(value.path) !== undefined ? (
              <Link onFollow={() => setFolder(above(value.path) ?? '/')}>↑ Folder above</Link>
            ) : undefined
          }
        />
        <TransferList transfers={transfersOf(terminalId)} />
      </SpaceBetween>
      {doubtful.length > 0 && (
        <Modal
          visible
          header="Replace what is there?"
          closeAriaLabel="Close"
          onDismiss={() => setDoubtful([])}
          footer={
            <Box float="right">
              <SpaceBetween size="xs" direction="horizontal">
                <Button variant="link" onClick={() => setDoubtful([])}>
                  Keep it
                </Button>
                <Button
                  variant="primary"
                  onClick={() => {
                    upload(doubtful, true)
                    setDoubtful([])
                  }}
                >
                  Replace
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          {value?.path} has {doubtful.map(({ name }) => escapeActing(name)).join(', ')} already.
        </Modal>
      )}
    </section>
  )
}

function EntryName({
  entry,
  onOpen,
  onFetch,
}: {
  readonly entry: FileEntry
  readonly onOpen: () => void
  readonly onFetch: () => void
}) {
  const name = escapeActing(entry.name)
  switch (entry.kind) {
    case 'folder':
      return <Link onFollow={onOpen}>{name}/</Link>
    case 'link':
      return (
        <SpaceBetween size="xxs" direction="horizontal">
          <Link onFollow={onOpen}>{name}</Link>
          <Button
            variant="inline-icon"
            iconName="download"
            ariaLabel={`Download ${name}`}
            onClick={onFetch}
          />
        </SpaceBetween>
      )
    case 'file':
      return (
        <SpaceBetween size="xxs" direction="horizontal">
          <span>{name}</span>
          <Button
            variant="inline-icon"
            iconName="download"
            ariaLabel={`Download ${name}`}
            onClick={onFetch}
          />
        </SpaceBetween>
      )
    case 'other':
      return <span>{name}</span>
  }
}
