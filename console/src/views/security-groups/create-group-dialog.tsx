import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import { MODE_TAG } from '@fleetkey/domain/security-group'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { useFocusFirst } from '../../ui/use-focus-first.ts'
import { groupTextProblem } from './group-text.ts'
import type { GroupMode, ListedGroup } from './listed-group.ts'

/** EC2's "Create security group"; rules come after it. */
export function CreateGroupDialog({
  groups,
  onDone,
  onCancel,
}: {
  readonly groups: readonly ListedGroup[]
  readonly onDone: (groupId: string) => void
  readonly onCancel: () => void
}) {
  const field = useFocusFirst<InputProps.Ref>()
  const sites = groups.filter(({ mode }) => mode === undefined)
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [vpcId, setVpcId] = useState(sites[0]?.vpcId)
  const [mode, setMode] = useState<GroupMode>('observe')
  const site = sites.find((each) => each.vpcId === vpcId)
  const problem =
    groupTextProblem(name) ?? (description === '' ? undefined : groupTextProblem(description))
  const act = useAct(async () => {
    const Tags = [{ Key: MODE_TAG, Value: mode }]
    const { GroupId } = await call<{ readonly GroupId: string }>('ec2', 'CreateSecurityGroup', {
      GroupName: name,
      Description: description === '' ? name : description,
      VpcId: vpcId,
      ...(mode === 'enforce' && {
        TagSpecifications: [{ ResourceType: 'security-group', Tags }],
      }),
    })
    onDone(GroupId)
  })
  return (
    <FormDialog
      header="Create security group"
      action="Create security group"
      isRunning={act.isRunning}
      isComplete={problem === undefined}
      onSubmit={() => void act.run()}
      onCancel={onCancel}
    >
      <Refusal
        refusal={act.refusal}
        header="The group was not created"
        askFor="ec2:CreateSecurityGroup"
      />
      <FormField
        label="Name"
        constraintText="One of its kind in the site."
        errorText={name === '' ? undefined : groupTextProblem(name)}
      >
        <Input ref={field} value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField
        label="Description"
        errorText={description === '' ? undefined : groupTextProblem(description)}
      >
        <Input
          value={description}
          placeholder="Who sits in Berlin"
          onChange={({ detail }) => setDescription(detail.value)}
        />
      </FormField>
      <FormField label="Site" description="Whose instances can have it.">
        <Select
          options={sites.map((each) => ({
            value: each.vpcId,
            label: each.site,
            description: each.vpcId,
          }))}
          selectedOption={site === undefined ? null : { value: site.vpcId, label: site.site }}
          onChange={({ detail }) => setVpcId(detail.selectedOption.value)}
        />
      </FormField>
      <FormField label="Mode">
        <RadioGroup
          value={mode}
          items={[
            {
              value: 'observe',
              label: 'Observe',
              description: 'Hosts report whom no rule lets in, and let them in.',
            },
            {
              value: 'enforce',
              label: 'Enforce',
              description: 'Hosts cut new connections that no rule lets in.',
            },
          ]}
          onChange={({ detail }) => setMode(detail.value === 'enforce' ? 'enforce' : 'observe')}
        />
      </FormField>
    </FormDialog>
  )
}
