import Box from '@cloudscape-design/components/box'
import Spinner from '@cloudscape-design/components/spinner'
import { useAnswer } from '../../../api/use-answer.ts'
import { Refused } from './refused.tsx'

/** What goes along with something that is deleted. */
export function Consequences({
  of,
  means = 'With it goes what hangs on it, and its sessions end at once:',
  ask,
}: {
  /** Names what is asked about. */
  readonly of: string
  readonly means?: string
  readonly ask: (signal: AbortSignal) => Promise<readonly string[]>
}) {
  const { value, refusal, reload } = useAnswer(`consequences ${of}`, ask)
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="What hangs on it cannot be shown" onRetry={reload} />
  }
  if (value === undefined) return <Spinner />
  return (
    <div>
      <Box variant="p">{means}</Box>
      {value.length === 0 ? (
        <Box color="text-body-secondary">Nothing hangs on it.</Box>
      ) : (
        <ul>
          {value.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
