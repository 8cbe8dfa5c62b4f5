import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { call } from '../../api/call.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import type { ConnectTarget } from './connect-target.ts'
import { hindranceOf, type Hindrance } from './hindrances.ts'

interface Diagnosis {
  readonly Verdict?: { readonly State?: string; readonly Says?: string; readonly Cause?: string }
  readonly Findings?: readonly {
    readonly State?: string
    readonly Says?: string
    readonly Mend?: { readonly Says?: string }
  }[]
}

/** What is missing for a login, said in place: what is known of the instance at once, then what the doctor finds on the way to it. */
export function WayCheck({ target }: { readonly target: ConnectTarget }) {
  const plain = hindranceOf(target)
  const { value } = useAnswer(`way ${target.instanceId} ${plain === undefined}`, (signal) =>
    plain === undefined ? hindranceOnWay(target.instanceId, signal) : Promise.resolve(undefined),
  )
  const hindrance = plain ?? value
  if (hindrance === undefined) return undefined
  return (
    <Alert type="warning" header={hindrance.header}>
      <SpaceBetween size="xs">
        <div>{hindrance.says}</div>
        <RouteLink to={`/instances/${encodeURIComponent(target.instanceId)}?tab=doctor`}>
          Have every link on the way checked (doctor)
        </RouteLink>
      </SpaceBetween>
    </Alert>
  )
}

/** One way is enough, directly or through the agent: the doctor's verdict knows that. */
async function hindranceOnWay(
  instanceId: string,
  signal: AbortSignal,
): Promise<Hindrance | undefined> {
  try {
    const { Verdict, Findings = [] } = await call<Diagnosis>(
      'fleetkey',
      'Diagnose',
      { InstanceId: instanceId, Checks: ['instance', 'reach', 'tunnel'] },
      signal,
    )
    if (Verdict?.State !== 'bad') return undefined
    const says = Verdict.Says ?? ''
    const mend = Findings.find((finding) => finding.Says === says)?.Mend?.Says
    return {
      header: 'The host is not reached',
      says: mend === undefined ? says : `${says} ${mend}`,
    }
  } catch {
    // Who may not ask is told by the attempt itself.
    return undefined
  }
}
