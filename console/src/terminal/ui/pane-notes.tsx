import Button from '@cloudscape-design/components/button'
import { useNow } from '../../ui/use-now.ts'
import { sessionOf } from '../connection/connection-state.ts'
import type { LiveTerminal, LiveView } from '../live/live-terminal.ts'

/** What is to be known while it runs: the network is gone, somebody watches, it ends soon. Nothing when there is nothing. */
export function PaneNotes({
  live,
  view,
}: {
  readonly live: LiveTerminal
  readonly view: LiveView
}) {
  const now = useNow()
  const { connection, isForeignSize } = view
  if (connection.kind === 'lost' || connection.kind === 'reconnecting') {
    const says = connection.kind === 'lost' ? connection.says : undefined
    return (
      <output className="terminal-notes" data-kind="lost">
        {says ?? 'The control plane is not reached.'}{' '}
        {sessionOf(connection) === undefined
          ? 'You are connected as soon as it is.'
          : 'The shell goes on, unless the control plane itself has stopped; what you type now is not sent.'}{' '}
        {connection.kind === 'reconnecting' ? (
          'Connecting…'
        ) : (
          <Button variant="inline-link" onClick={() => live.retryNow()}>
            Try now
          </Button>
        )}
      </output>
    )
  }
  const session = sessionOf(connection)
  if (session === undefined || connection.kind !== 'live') return undefined
  const notes = [
    ...(session.recorded ? ['Recorded'] : []),
    ...(session.unrecorded === undefined ? [] : [`Not recorded: ${session.unrecorded}`]),
    ...(session.watching > 0
      ? [session.watching === 1 ? 'Somebody watches' : `${session.watching} people watch`]
      : []),
    ...(session.attached > 1
      ? [
          session.attached === 2
            ? 'Attached on another device too'
            : `Attached on ${session.attached - 1} other devices too`,
        ]
      : []),
    ...(isForeignSize
      ? [
          `${live.screen.size.cols}×${live.screen.size.rows}, as the other device has it: press or type here to take this one's size`,
        ]
      : []),
    ...(session.ending === undefined ? [] : [endingText(session.ending, now)]),
  ]
  if (notes.length === 0) return undefined
  return <output className="terminal-notes">{notes.join(' · ')}</output>
}

function endingText(
  { because, at }: { readonly because: 'idle' | 'duration'; readonly at: number },
  now: number,
): string {
  const seconds = Math.max(0, Math.round((at - now) / 1000))
  const soon = seconds >= 60 ? `about ${Math.round(seconds / 60)} min` : `${seconds} s`
  return because === 'idle'
    ? `Ends in ${soon} because nobody types: press a key to go on`
    : `Ends in ${soon}: its time is over then`
}
