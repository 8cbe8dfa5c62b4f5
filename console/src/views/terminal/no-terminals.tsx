import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from 'react-router'
import { RunningTerminals } from '../../terminal/ui/running-terminals.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

/** The page while nothing is open here: what runs elsewhere, and where to begin. */
export function NoTerminals() {
  const navigate = useNavigate()
  return (
    <SpaceBetween size="l">
      <RunningTerminals />
      <EmptyState
        title="No terminal is open here"
        action={
          <Button
            href="/instances"
            onFollow={(event) => {
              event.preventDefault()
              void navigate('/instances')
            }}
          >
            Choose an instance
          </Button>
        }
      >
        Choose an instance and press Connect.
      </EmptyState>
    </SpaceBetween>
  )
}
