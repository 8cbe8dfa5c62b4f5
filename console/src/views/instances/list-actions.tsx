import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from 'react-router'
import type { InstanceDialog } from './instance-dialogs.tsx'
import type { ListedInstance } from './listed-instance.ts'

/** EC2's buttons above the list. */
export function ListActions({
  chosen,
  isReading,
  onReload,
  onExport,
  onDialog,
}: {
  readonly chosen: readonly ListedInstance[]
  readonly isReading: boolean
  readonly onReload: () => void
  /** Undefined while there is nothing to be exported. */
  readonly onExport: (() => void) | undefined
  readonly onDialog: (dialog: InstanceDialog) => void
}) {
  const navigate = useNavigate()
  const only = chosen.length === 1 ? chosen[0] : undefined
  const go = (behind: string) => {
    if (only !== undefined) void navigate(`/instances/${only.instanceId}${behind}`)
  }
  const ofOne = { disabled: only === undefined }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="refresh" ariaLabel="Read again" loading={isReading} onClick={onReload} />
      <Button
        iconName="download"
        ariaLabel="Download as CSV"
        disabled={onExport === undefined}
        onClick={() => onExport?.()}
      />
      <Button {...ofOne} onClick={() => go('/connect')}>
        Connect
      </Button>
      <ButtonDropdown
        disabled={chosen.length === 0}
        items={[
          { id: 'details', text: 'View details', ...ofOne },
          { id: 'doctor', text: 'Doctor', ...ofOne },
          { id: 'tags', text: 'Manage tags' },
          { id: 'groups', text: 'Change security groups', ...ofOne },
          { id: 'forget', text: 'Forget' },
        ]}
        onItemClick={({ detail: { id } }) => {
          if (id === 'tags' || id === 'groups' || id === 'forget') onDialog(id)
          else go(id === 'doctor' ? '?tab=doctor' : '')
        }}
      >
        Actions
      </ButtonDropdown>
      <Button variant="primary" onClick={() => void navigate('/instances/add')}>
        Add an instance
      </Button>
    </SpaceBetween>
  )
}
