import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { TERMINAL_ID_PATTERN } from '@fleetkey/wire/terminal/protocol'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useParams } from 'react-router'
import { call } from '../../api/call.ts'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { useAct } from '../../api/use-act.ts'
import { sessionOf, type ConnectionState } from '../../terminal/connection/connection-state.ts'
import { endHeading } from '../../terminal/ui/end-words.ts'
import { usePlaceName } from '../../terminal/ui/place-name.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { EndTerminalDialog } from './end-terminal-dialog.tsx'
import { useWatched } from './use-watched.ts'
import type { WatchedTerminal } from './watched-terminal.ts'
import './player.css'

/** Somebody's terminal as it goes on, for those who may watch it; they see that they are watched. */
export function WatchPage() {
  const { terminalId = '' } = useParams()
  // The door of terminals lets nobody in who asks for what is no id.
  if (!TERMINAL_ID_PATTERN.test(terminalId)) {
    return (
      <Page title="Watching" parents={PARENTS}>
        <EmptyState
          title="There is no such terminal"
          action={
            <RouteLink to="/recordings?tab=running">See the terminals that are open</RouteLink>
          }
        />
      </Page>
    )
  }
  return <Watching terminalId={terminalId} />
}

const PARENTS = [
  { text: 'Recordings', href: '/recordings' },
  { text: 'Open terminals', href: '/recordings?tab=running' },
]

function Watching({ terminalId }: { readonly terminalId: string }) {
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
  const where = usePlaceName(session ?? NOWHERE)
  const isOver = state.kind === 'ended' || state.kind === 'refused'
  return (
    <Page
      parents={PARENTS}
      title={session === undefined ? 'Watching' : `Watching ${where}`}
      description="You see what they see, and can type nothing. They see that somebody watches, and it is on record."
      actions={
        <Button disabled={isOver} onClick={() => setAsked(true)}>
          End the terminal
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={ending.refusal}
          header="It was not ended"
          askFor="fleetkey:EndTerminal"
          onDismiss={ending.forget}
        />
        <WatchState state={state} />
        <div hidden={state.kind === 'refused'}>
          <Container>
            <figure ref={place} className="recording-screen" aria-label="What the terminal shows" />
          </Container>
        </div>
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

const NOWHERE = { instanceId: '', osUser: '' }

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
