import FormField from '@cloudscape-design/components/form-field'
import Multiselect from '@cloudscape-design/components/multiselect'
import { useState } from 'react'
import type { Holder } from '../api/holder.ts'
import type { Group, Role, User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Refused } from '../parts/refused.tsx'
import { attachCall } from '../parts/rights-calls.ts'
import { RightsDialog } from '../parts/rights-dialog.tsx'

/** Gives a policy to users, groups and roles. */
export function AttachTo({
  arn,
  policyName,
  onDone,
  onClose,
}: {
  readonly arn: string
  readonly policyName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const users = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  const groups = useListing<Group>({ operation: 'ListGroups', member: 'Groups' })
  const roles = useListing<Role>({ operation: 'ListRoles', member: 'Roles' })
  const [chosen, setChosen] = useState<readonly { value?: string; label?: string }[]>([])
  return (
    <RightsDialog
      title={`Attach ${policyName}`}
      act="Attach"
      steps={chosen.map(({ value = '' }) => attachCall(holderOfOption(value), arn))}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="To whom">
        <Multiselect
          placeholder="Users, groups, roles"
          filteringType="auto"
          expandToViewport
          statusType={
            users.isLoading || groups.isLoading || roles.isLoading ? 'loading' : 'finished'
          }
          selectedOptions={chosen}
          onChange={({ detail }) => setChosen(detail.selectedOptions)}
          deselectAriaLabel={({ label = '' }) => `Take ${label} out`}
          options={[
            {
              label: 'User groups',
              options: groups.items.map(({ GroupName }) => option('group', GroupName)),
            },
            {
              label: 'Roles',
              options: roles.items.map(({ RoleName }) => option('role', RoleName)),
            },
            {
              label: 'Users',
              options: users.items.map(({ UserName }) => option('user', UserName)),
            },
          ]}
        />
      </FormField>
      <Refused
        refusal={users.refusal ?? groups.refusal ?? roles.refusal}
        header="Not all can be listed"
      />
    </RightsDialog>
  )
}

const option = (kind: Holder['kind'], name: string) => ({ value: `${kind} ${name}`, label: name })

/** No name has a blank in it. */
function holderOfOption(value: string): Holder {
  const [kind = '', name = ''] = value.split(' ')
  return { kind: kind as Holder['kind'], name }
}
