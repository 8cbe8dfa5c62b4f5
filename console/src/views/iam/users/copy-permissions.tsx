import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import type { User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Refused } from '../parts/refused.tsx'
import {
  permissionsInWords,
  permissionsOfUser,
  type UserPermissions,
} from './permissions-of-user.ts'

/** Of all calls together that it takes. */
const PATIENCE_MS = 30_000

/** As whom the new user is to be: what that one has is chosen then, and can be changed before it is given. */
export function CopyPermissions({
  onCopy,
}: {
  readonly onCopy: (permissions: UserPermissions) => void
}) {
  const users = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  const [copied, setCopied] = useState<{ readonly from: string; readonly says: string }>()
  const copying = useAct(async (from: string) => {
    setCopied(undefined)
    const permissions = await permissionsOfUser(from, AbortSignal.timeout(PATIENCE_MS))
    onCopy(permissions)
    setCopied({ from, says: permissionsInWords(permissions) })
  })
  const refusal = copying.refusal ?? users.refusal
  return (
    <SpaceBetween size="s">
      <FormField
        label="Existing user"
        description="Their groups, policies and permissions boundary are chosen below, in place of what is chosen now."
      >
        <Select
          placeholder="Choose a user"
          filteringType="auto"
          virtualScroll
          statusType={users.isLoading ? 'loading' : 'finished'}
          loadingText="Asking for users"
          empty="There is no other user."
          disabled={copying.isRunning}
          options={users.items.map(({ UserName }) => ({ value: UserName }))}
          selectedOption={copied === undefined ? null : { value: copied.from }}
          onChange={({ detail }) => void copying.run(detail.selectedOption.value ?? '')}
        />
      </FormField>
      {copied !== undefined && (
        <StatusIndicator type="success">{`Copied ${copied.says} of ${copied.from}.`}</StatusIndicator>
      )}
      {refusal !== undefined && (
        <Refused refusal={refusal} header="The permissions cannot be copied" />
      )}
    </SpaceBetween>
  )
}
