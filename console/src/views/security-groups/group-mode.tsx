import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ListedGroup } from './listed-group.ts'

/** Whether a group only says what it would cut, or cuts it; the default one does neither. */
export function GroupMode({ mode }: { readonly mode: ListedGroup['mode'] }) {
  switch (mode) {
    case 'enforce':
      return <StatusIndicator type="success">Enforce</StatusIndicator>
    case 'observe':
      return <StatusIndicator type="info">Observe</StatusIndicator>
    case undefined:
      return <>–</>
  }
}
