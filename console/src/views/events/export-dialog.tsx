import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { serverTime } from '../../api/server-time.ts'
import { searchOf, type EventQuery } from '../../events/event-query.ts'
import { exportEvents, type ExportFormat, type ExportProgress } from '../../events/export-events.ts'
import { counted } from '../../ui/counted.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { localTime } from '../../ui/time-words.ts'
import { openSink } from './file-sink.ts'

/** Everything that the filter finds, as a file: read page by page, for as long as the dialog is open. */
export function ExportDialog({
  query,
  onClose,
}: {
  readonly query: EventQuery
  readonly onClose: () => void
}) {
  const [format, setFormat] = useState<ExportFormat>('csv')
  const [progress, setProgress] = useState<ExportProgress>()
  const [state, setState] = useState<'asking' | 'running' | 'done'>('asking')
  const [refusal, setRefusal] = useState<ApiRefusal>()
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])

  const run = async () => {
    stop.current = new AbortController()
    const { signal } = stop.current
    setRefusal(undefined)
    try {
      const sink = await openSink(`fleetkey-events.${format}`, TYPES[format])
      setState('running')
      try {
        await exportEvents(searchOf(query, serverTime() / 1000), {
          format,
          sink,
          signal,
          onProgress: setProgress,
        })
        await sink.save()
      } catch (error) {
        // What is told is why there is no file, whatever becomes of its parts.
        await Promise.allSettled([sink.discard()])
        throw error
      }
      setState('done')
    } catch (error) {
      setState('asking')
      setProgress(undefined)
      // Whoever stopped it, or chose no file, knows.
      if (signal.aborted || (error instanceof Error && error.name === 'AbortError')) return
      setRefusal(asRefusal(error))
    }
  }

  return (
    <Modal
      visible
      header="Download events"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {state === 'running' ? (
              <Button onClick={() => stop.current.abort()}>Stop</Button>
            ) : (
              <Button variant="link" onClick={onClose}>
                Close
              </Button>
            )}
            {state !== 'done' && (
              <Button variant="primary" loading={state === 'running'} onClick={() => void run()}>
                Download
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal refusal={refusal} header="It was not downloaded" />
        <FormField label="Format" description="All events that the filter finds, newest first.">
          <RadioGroup
            value={format}
            onChange={({ detail }) => setFormat(detail.value === 'jsonl' ? 'jsonl' : 'csv')}
            items={[
              {
                value: 'csv',
                label: 'CSV',
                description: 'For a spreadsheet. Nothing in it is a formula.',
                disabled: state === 'running',
              },
              {
                value: 'jsonl',
                label: 'JSON lines',
                description: 'Each whole record with its place and hash in the trail.',
                disabled: state === 'running',
              },
            ]}
          />
        </FormField>
        <div aria-live="polite">
          {progress !== undefined && (
            <StatusIndicator type={state === 'done' ? 'success' : 'in-progress'}>
              {progressText(progress)}
            </StatusIndicator>
          )}
        </div>
      </SpaceBetween>
    </Modal>
  )
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  jsonl: 'application/x-ndjson',
}

function progressText({ records, at }: ExportProgress): string {
  const since = at === undefined ? '' : `, back to ${localTime(new Date(at * 1000))}`
  return `${counted(records, 'event')}${since}`
}
