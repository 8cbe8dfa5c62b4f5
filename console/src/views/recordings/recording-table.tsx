import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useCallback, useMemo, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useAct } from '../../api/use-act.ts'
import { deleteRecording, type ListedRecording } from '../../recordings/recording.ts'
import {
  isFiltered,
  queryInUrl,
  queryOfUrl,
  type RecordingQuery,
} from '../../recordings/recording-query.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { TypedConfirmation } from '../../ui/typed-confirmation.tsx'
import { placeText, RECORDING_COLUMNS } from './recording-columns.tsx'
import { RecordingFilters } from './recording-filters.tsx'
import { useRecordings } from './use-recordings.ts'

/** Recordings that the person may see, the last begun first. */
export function RecordingTable() {
  const [search, setSearch] = useSearchParams()
  const query = useMemo(() => queryOfUrl(search), [search])
  const key = queryInUrl(query, new URLSearchParams()).toString()
  const { recordings, next, isReading, refusal, readMore, reload } = useRecordings(key, query)
  const [selected, setSelected] = useState<ListedRecording>()
  const [isDeleting, setDeleting] = useState(false)
  const deletion = useAct(deleteRecording)
  const navigate = useNavigate()
  const ask = useCallback(
    (asked: RecordingQuery) => setSearch((before) => queryInUrl(asked, before), { replace: true }),
    [setSearch],
  )

  const remove = async ({ RecordingId }: ListedRecording) => {
    setDeleting(false)
    if (await deletion.run(RecordingId)) {
      setSelected(undefined)
      reload()
    }
  }
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={refusal}
        header="The recordings are not shown"
        askFor="fleetkey:ListRecordings"
        onRetry={reload}
      />
      <Refusal
        refusal={deletion.refusal}
        header="It was not deleted"
        askFor="fleetkey:DeleteRecording"
        onDismiss={deletion.forget}
      />
      <Table
        variant="container"
        enableKeyboardNavigation
        resizableColumns
        trackBy="RecordingId"
        columnDefinitions={RECORDING_COLUMNS}
        items={recordings}
        loading={isReading && recordings.length === 0}
        loadingText="Reading recordings"
        selectionType="single"
        selectedItems={selected === undefined ? [] : [selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems[0])}
        ariaLabels={{
          tableLabel: 'Recordings',
          selectionGroupLabel: 'Recording',
          itemSelectionLabel: (_, one) => `${one.UserName} on ${placeText(one)}`,
        }}
        header={
          <Header
            variant="h2"
            counter={counterText(recordings.length, {
              hasMore: next !== undefined,
              isKnown: refusal === undefined && !isReading,
            })}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Read again" onClick={reload} />
                <Button
                  disabled={selected === undefined || selected.State === 'running'}
                  loading={deletion.isRunning}
                  onClick={() => setDeleting(true)}
                >
                  Delete
                </Button>
                <Button
                  variant="primary"
                  disabled={selected === undefined}
                  onClick={() => void navigate(`/recordings/${selected?.RecordingId}`)}
                >
                  Play
                </Button>
              </SpaceBetween>
            }
          >
            Recordings
          </Header>
        }
        filter={<RecordingFilters query={query} onChange={ask} />}
        empty={
          refusal !== undefined ? (
            <EmptyState title="The recordings are not shown" />
          ) : isFiltered(query) ? (
            <NoneFits onAll={() => setSearch({})} />
          ) : (
            <NoneThere />
          )
        }
        footer={
          next !== undefined && (
            <Box textAlign="center">
              <Button onClick={readMore} loading={isReading}>
                Show more
              </Button>
            </Box>
          )
        }
      />
      {isDeleting && selected !== undefined && (
        <TypedConfirmation
          header="Delete the recording?"
          word="delete"
          action="Delete"
          means="It cannot be had back. That it was, who deleted it and what it hashed to stays on record."
          isRunning={deletion.isRunning}
          onConfirm={() => void remove(selected)}
          onCancel={() => setDeleting(false)}
        />
      )}
    </SpaceBetween>
  )
}

function NoneThere() {
  return (
    <EmptyState
      title="No recordings"
      action={<RouteLink to="/instances">Choose an instance to connect to</RouteLink>}
    >
      Terminals that are opened with Connect are recorded; yours show here, and those of others as
      far as you may see them.
    </EmptyState>
  )
}

function NoneFits({ onAll }: { readonly onAll: () => void }) {
  return (
    <EmptyState title="No recording fits" action={<Button onClick={onAll}>Show all</Button>}>
      None of those that you may see is as you asked.
    </EmptyState>
  )
}
