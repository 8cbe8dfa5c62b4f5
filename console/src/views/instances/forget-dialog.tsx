import Box from '@cloudscape-design/components/box'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import { useRef, useState } from 'react'
import { actOnEach, type ActedOnEach } from '../../api/act-on-each.ts'
import type { ApiRefusal } from '../../api/api-refusal.ts'
import { call } from '../../api/call.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { TypedConfirmation } from '../../ui/typed-confirmation.tsx'
import { labelOf, type ListedInstance } from './listed-instance.ts'

/** More are not listed by name. */
const NAMED = 10

/** Takes instances out of the fleet for good, once somebody has read what that means. */
export function ForgetDialog({
  instances,
  onDone,
  onCancel,
}: {
  readonly instances: readonly ListedInstance[]
  readonly onDone: (outcome: ActedOnEach<ListedInstance>) => void
  readonly onCancel: () => void
}) {
  const [forgotten, setForgotten] = useState<number>()
  const [refusal, setRefusal] = useState<ApiRefusal>()
  const stop = useRef(new AbortController())
  const all = instances.length.toLocaleString('en')
  const which = instances.length === 1 ? 'this instance' : `these ${all} instances`
  const forget = async () => {
    setForgotten(0)
    setRefusal(undefined)
    const outcome = await actOnEach(
      instances,
      ({ instanceId }) => call('fleetkey', 'ForgetInstance', { InstanceId: instanceId }),
      { onProgress: setForgotten, signal: stop.current.signal },
    )
    const [first] = outcome.refused
    if (outcome.done.length > 0 || first === undefined) return onDone(outcome)
    setForgotten(undefined)
    stop.current = new AbortController()
    return setRefusal(first.refusal)
  }
  return (
    <TypedConfirmation
      header={`Forget ${which}?`}
      word="forget"
      action="Forget"
      isRunning={forgotten !== undefined}
      onConfirm={() => void forget()}
      onCancel={() => {
        // What is under way goes on to its end, and what became of it is told then.
        if (forgotten === undefined) onCancel()
        else stop.current.abort()
      }}
      means={
        <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
          <li>The agent is refused from then on, and nobody is let in by a pushed key.</li>
          <li>To bring a host back it must be enrolled again; it is another instance then.</li>
          <li>SSH sessions that are open go on; tunnels end at once.</li>
          <li>A machine that an image&apos;s program started is ended, too. Any other runs on.</li>
          <li>Rules of security groups stay on the host: detach the groups first.</li>
        </ul>
      }
    >
      <Refusal
        refusal={refusal}
        header={instances.length === 1 ? 'It was not forgotten' : 'None was forgotten'}
        askFor="fleetkey:ForgetInstance"
      />
      <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
        {instances.slice(0, NAMED).map((instance) => (
          <li key={instance.instanceId}>
            <bdi>{labelOf(instance)}</bdi>
          </li>
        ))}
        {instances.length > NAMED && (
          <li>
            <Box variant="span">and {(instances.length - NAMED).toLocaleString('en')} more</Box>
          </li>
        )}
      </ul>
      {forgotten !== undefined && instances.length > 1 && (
        <ProgressBar
          label="Forgetting"
          value={(100 * forgotten) / instances.length}
          additionalInfo={`${forgotten.toLocaleString('en')} of ${all}; Cancel leaves the others.`}
        />
      )}
    </TypedConfirmation>
  )
}
