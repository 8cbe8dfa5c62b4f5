import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TerminalRefusal } from '@fleetkey/wire/terminal/server-frame'
import { RouteLink } from '../../ui/route-link.tsx'
import { sessionOf, type StepTaken } from '../connection/connection-state.ts'
import type { LiveTerminal, LiveView } from '../live/live-terminal.ts'
import type { Pane } from '../workspace/workspace.ts'
import { asksDoctor, endHeading, isFailure, STEP_WORDS } from './end-words.ts'
import { isGone, refusalWords } from './refusal-words.ts'
import { RefusalReference } from '../../ui/refusal-reference.tsx'

/** What is over the screen while there is no prompt: the way to it, why there is none, or why it ended. */
export function PaneOver({
  live,
  view,
  pane,
  onClose,
}: {
  readonly live: LiveTerminal
  readonly view: LiveView
  readonly pane: Pane
  readonly onClose: () => void
}) {
  const { connection } = view
  const instanceId = sessionOf(connection)?.instanceId ?? pane.instanceId
  const actions = (
    <SpaceBetween size="xs" direction="horizontal">
      {instanceId !== '' && (
        <Button variant="primary" onClick={() => live.connectAgain()}>
          Connect again
        </Button>
      )}
      <Button onClick={onClose}>Close</Button>
    </SpaceBetween>
  )
  switch (connection.kind) {
    case 'opening':
      return <Steps steps={connection.steps} />
    case 'ended': {
      const { end } = connection
      return (
        <div className="terminal-over" data-empty={connection.session === undefined}>
          <Alert type={isFailure(end) ? 'error' : 'info'} header={endHeading(end)} action={actions}>
            <SpaceBetween size="xs">
              <div>{end.says}</div>
              {end.mend !== undefined && <div>{end.mend}</div>}
              {asksDoctor(end) && <DoctorLink instanceId={instanceId} />}
            </SpaceBetween>
          </Alert>
        </div>
      )
    }
    case 'refused':
      return (
        <div className="terminal-over" data-empty={connection.session === undefined}>
          <Alert
            type="error"
            header={isGone(connection.refusal) ? 'The terminal is gone' : 'There is no prompt'}
            action={actions}
          >
            <RefusalText refusal={connection.refusal} instanceId={instanceId} />
          </Alert>
        </div>
      )
    case 'repainting':
    case 'live':
    case 'lost':
    case 'reconnecting':
      return undefined
  }
}

function Steps({ steps }: { readonly steps: readonly StepTaken[] }) {
  return (
    <div className="terminal-steps" aria-live="polite">
      <Box variant="strong">Connecting…</Box>
      <ol>
        {steps.map(({ step, says }, at) => (
          <li key={step}>
            <StatusIndicator type={at === steps.length - 1 ? 'in-progress' : 'success'}>
              {STEP_WORDS[step]}
              {says !== '' && (
                <Box variant="span" color="text-body-secondary">
                  {' '}
                  {says}
                </Box>
              )}
            </StatusIndicator>
          </li>
        ))}
      </ol>
    </div>
  )
}

function RefusalText({
  refusal,
  instanceId,
}: {
  readonly refusal: TerminalRefusal
  readonly instanceId: string
}) {
  const { code, requestId } = refusal
  const { says, policy, asksDoctor } = refusalWords(refusal)
  return (
    <SpaceBetween size="xs">
      {says.map((text) => (
        <div key={text}>{text}</div>
      ))}
      {policy !== undefined && (
        <ExpandableSection
          headerText="Which policy decided, and what would change it"
          defaultExpanded
        >
          <Box variant="pre">
            <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{policy}</span>
          </Box>
        </ExpandableSection>
      )}
      {asksDoctor && <DoctorLink instanceId={instanceId} />}
      <RefusalReference code={code} requestId={requestId} />
    </SpaceBetween>
  )
}

function DoctorLink({ instanceId }: { readonly instanceId: string }) {
  if (instanceId === '') return undefined
  return (
    <RouteLink to={`/instances/${encodeURIComponent(instanceId)}?tab=doctor`}>
      Have every link on the way checked (doctor)
    </RouteLink>
  )
}
