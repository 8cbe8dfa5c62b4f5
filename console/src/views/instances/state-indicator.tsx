import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { statusOf } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'

/** EC2's state, by the agent's link; why it is so is told on pointing. */
export function InstanceState({
  instance,
}: {
  readonly instance: Pick<ListedInstance, 'state' | 'stateReason'>
}) {
  const { state, stateReason } = instance
  return (
    <span {...(stateReason !== '' && { title: stateReason })}>
      <StatusIndicator type={TYPES[state] ?? 'info'}>{capitalized(state)}</StatusIndicator>
    </span>
  )
}

const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  pending: 'pending',
  running: 'success',
  'shutting-down': 'in-progress',
  stopped: 'stopped',
  terminated: 'error',
}

/** Whether its agent sees what stops logins. */
export function InstanceStatus({ instance }: { readonly instance: ListedInstance }) {
  switch (statusOf(instance)) {
    case 'ok':
      return <StatusIndicator type="success">OK</StatusIndicator>
    case 'impaired':
      return (
        <span title={instance.facts?.problems.join(' ')}>
          <StatusIndicator type="warning">Impaired</StatusIndicator>
        </span>
      )
    case undefined:
      return <>–</>
  }
}

const LOCKS: Readonly<Record<string, readonly [StatusIndicatorProps.Type, string]>> = {
  locked: ['success', 'Locked'],
  open: ['info', 'Other ways in'],
  unknown: ['warning', 'Not known'],
}

/** Whether grants are the only way in. */
export function LockIndicator({ kind }: { readonly kind: string | undefined }) {
  const [type, text] = LOCKS[kind ?? ''] ?? []
  return type === undefined ? <>–</> : <StatusIndicator type={type}>{text}</StatusIndicator>
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
