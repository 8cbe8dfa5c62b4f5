import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useParams } from 'react-router'
import { call } from '../../api/call.ts'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { useAct } from '../../api/use-act.ts'
import { sessionOf, type ConnectionState } from '../../terminal/connection/connection-state.ts'
import { endHeading } from '../../terminal/ui/end-words.ts'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { EndTerminalDialog } from './end-terminal-dialog.tsx'
import { useWatched } from './use-watched.ts'
import type { WatchedTerminal } from './watched-terminal.ts'
import './player.css'

/** Somebody's terminal as it goes on, for those who may watch it; they see that they are watched. */
export function WatchPage() {
  const { terminalId = '' } = useParams()
  const watched = useWatched(terminalId)
  return watched && <Watched watched={watched} terminalId={terminalId} />
}

function Watched({
  watched,
  terminalId,
}: {
  readonly watched: WatchedTerminal
  readonly terminalId: string
}) {
  const state = useSyncExternalStore(watched.subscribe, () => watched.state)
  const place = useRef<HTMLElement>(null)
  const [isAsked, setAsked] = useState(false)
  const ending = useAct(() => call('fleetkey', 'EndTerminal', { TerminalId: terminalId }))
  useEffect(() => {
    if (place.current !== null) watched.mount(place.current)
  }, [watched])
  const session = sessionOf(state)
  const isOver = state.kind === 'ended' || state.kind === 'refused'
  return (
    <Page
      parents={[
        { text: 'Recordings', href: '/recordings' },
        { text: 'Open terminals', href: '/recordings?tab=running' },
      ]}
      title={
        session === undefined ? 'Watching' : `Watching ${session.osUser} on ${session.instanceId}`
      }
      description="You see what they see, and can type nothing. They see that somebody watches, and it is on record."
      actions={
        <Button disabled={isOver} onClick={() => setAsked(true)}>
          End the terminal
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Refusal refusal={ending.refusal} header="It was not ended" onDismiss={ending.forget} />
        <WatchState state={state} />
        <Container>
          <figure ref={place} className="recording-screen" aria-label="What the terminal shows" />
        </Container>
      </SpaceBetween>
      {isAsked && (
        <EndTerminalDialog
          who={session?.osUser ?? 'this terminal'}
          isRunning={ending.isRunning}
          onEnd={() => void ending.run().then(() => setAsked(false))}
          onCancel={() => setAsked(false)}
        />
      )}
    </Page>
  )
}

function WatchState({ state }: { readonly state: ConnectionState }) {
  switch (state.kind) {
    case 'opening':
    case 'reconnecting':
      return <StatusIndicator type="loading">Connecting</StatusIndicator>
    case 'repainting':
    case 'live':
      return <StatusIndicator type="success">Live</StatusIndicator>
    case 'lost':
      return (
        <StatusIndicator type="warning">
          {state.says ?? 'The control plane is not reached.'} It is tried again.
        </StatusIndicator>
      )
    case 'ended':
      return (
        <Alert type="info" header={endHeading(state.end)}>
          {state.end.says}
        </Alert>
      )
    case 'refused': {
      const { code, message, explanation, requestId = '' } = state.refusal
      return (
        <Refusal
          refusal={new ApiRefusal({ code, message, status: 403, explanation, requestId })}
          header="It cannot be watched"
        />
      )
    }
  }
}
