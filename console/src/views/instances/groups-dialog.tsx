import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { MAX_GROUPS_PER_INSTANCE } from '@fleetkey/domain/security-group'
import { useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { attachable, attachGroups } from '../security-groups/attach-groups.ts'
import type { ChangeTold } from '../security-groups/hosts-told.ts'
import { readGroupsOfSite } from '../security-groups/read-groups.ts'
import { labelOf, type ListedInstance } from './listed-instance.ts'

/** EC2's "Change security groups". */
export function GroupsDialog({
  instance,
  onDone,
  onCancel,
}: {
  readonly instance: ListedInstance
  readonly onDone: (change: ChangeTold) => void
  readonly onCancel: () => void
}) {
  const groups = useAnswer(`groups of ${instance.vpcId}`, (signal) =>
    readGroupsOfSite(instance.vpcId ?? '', signal),
  )
  const offered = attachable(groups.value ?? [], instance.site)
  const had = instance.groups.map(({ groupId }) => groupId)
  const [chosen, setChosen] = useState<readonly string[]>()
  const wanted = chosen ?? had.filter((id) => offered.some(({ groupId }) => groupId === id))
  const enforcing = offered.filter(
    ({ groupId, mode }) => mode === 'enforce' && wanted.includes(groupId) && !had.includes(groupId),
  )
  const act = useAct(async () =>
    onDone(await attachGroups(instance, { wanted, all: groups.value ?? [] })),
  )
  const optionOf = (id: string) => {
    const group = offered.find(({ groupId }) => groupId === id)
    return { value: id, label: group?.name ?? id, description: id }
  }
  return (
    <Modal
      visible
      header={`Security groups of ${labelOf(instance)}`}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={act.isRunning}
              disabled={
                groups.value === undefined ||
                chosen === undefined ||
                chosen.length > MAX_GROUPS_PER_INSTANCE
              }
              onClick={() => void act.run()}
            >
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={groups.refusal}
          header="The groups are not shown"
          onRetry={() => groups.reload()}
        />
        <Refusal
          refusal={act.refusal}
          header="The groups were not changed"
          askFor="ec2:ModifyInstanceAttribute"
        />
        <FormField
          label="Security groups"
          description={`Of the site ${instance.site}. Without any it has the default one, which lets in what firewalls let in.`}
          constraintText={`Up to ${MAX_GROUPS_PER_INSTANCE}; all that it has count together.`}
          errorText={
            wanted.length > MAX_GROUPS_PER_INSTANCE
              ? `An instance has up to ${MAX_GROUPS_PER_INSTANCE} groups.`
              : undefined
          }
        >
          <Multiselect
            options={offered.map(({ groupId, name, description, mode }) => ({
              value: groupId,
              label: name,
              description: `${groupId} · ${mode ?? ''} · ${description}`,
            }))}
            selectedOptions={wanted.map(optionOf)}
            statusType={groups.isLoading ? 'loading' : 'finished'}
            loadingText="Reading the groups"
            empty="This site has no security groups but the default one."
            placeholder="Choose security groups"
            filteringType="auto"
            virtualScroll
            onChange={({ detail }) =>
              setChosen(detail.selectedOptions.flatMap(({ value }) => value ?? []))
            }
          />
        </FormField>
        {enforcing.length > 0 && (
          <Alert type="warning" header="This cuts new connections that no rule lets in">
            {enforcing.map(({ name }) => name).join(', ')} enforces. See first whom it would cut:{' '}
            {enforcing.map(({ groupId, name }) => (
              <RouteLink key={groupId} to={`/security-groups/${groupId}`}>
                {name}
              </RouteLink>
            ))}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  )
}
