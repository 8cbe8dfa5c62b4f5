import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { LiveState } from './live-feed.ts'

/** Whether what is shown follows by itself; when it no longer does, that is read aloud too. */
export function LiveIndicator({ state }: { readonly state: LiveState }) {
  return (
    <span aria-live="polite">
      <Stand state={state} />
    </span>
  )
}

function Stand({ state }: { readonly state: LiveState }) {
  switch (state.kind) {
    case 'live':
      return <StatusIndicator type="success">Live</StatusIndicator>
    case 'connecting':
      return <StatusIndicator type="pending">Connecting</StatusIndicator>
    case 'away':
      return (
        <span title={state.says}>
          <StatusIndicator type="warning">
            {state.says === undefined
              ? 'Not live: the server is not reached'
              : 'Not live: the server cannot tell now'}
          </StatusIndicator>
        </span>
      )
    case 'refused':
      return (
        <span title={state.says}>
          <StatusIndicator type="stopped">Not live</StatusIndicator>
        </span>
      )
  }
}
