import type { ActedOnEach } from '../../api/act-on-each.ts'
import { RefusedSome } from '../../ui/refused-some.tsx'
import { TagsDialog } from '../../ui/tags-dialog.tsx'
import type { Flashes } from '../../ui/use-flashes.tsx'
import { sayChange } from '../security-groups/change-told.tsx'
import { ForgetDialog } from './forget-dialog.tsx'
import { GroupsDialog } from './groups-dialog.tsx'
import { labelOf, type ListedInstance } from './listed-instance.ts'

/** What is asked about instances that were chosen. */
export type InstanceDialog = 'tags' | 'groups' | 'forget'

/** The dialog that is open, and what is said once it is done. */
export function InstanceDialogs({
  open,
  instances,
  flashes,
  onChanged,
  onForgotten,
  onClose,
}: {
  readonly open: InstanceDialog
  readonly instances: readonly ListedInstance[]
  readonly flashes: Flashes
  /** They are to be read again. */
  readonly onChanged: () => void
  readonly onForgotten: (instanceIds: readonly string[]) => void
  readonly onClose: () => void
}) {
  const [first] = instances
  if (first === undefined) return undefined
  switch (open) {
    case 'tags':
      return (
        <TagsDialog
          things={instances.map((instance) => ({
            id: instance.instanceId,
            label: labelOf(instance),
            tags: instance.tags,
          }))}
          several="instances"
          onCancel={onClose}
          onChanged={onChanged}
          onDone={() => {
            onClose()
            flashes.say('success', `The tags of ${whichText(instances)} are changed.`)
          }}
        />
      )
    case 'groups':
      return (
        <GroupsDialog
          instance={first}
          onCancel={onClose}
          onDone={(change) => {
            onClose()
            sayChange(flashes, `The security groups of ${labelOf(first)} are changed.`, change)
            onChanged()
          }}
        />
      )
    case 'forget':
      return (
        <ForgetDialog
          instances={instances}
          onCancel={onClose}
          onDone={(outcome) => {
            onClose()
            sayForgotten(flashes, outcome)
            onForgotten(outcome.done.map(({ instanceId }) => instanceId))
          }}
        />
      )
  }
}

const whichText = (instances: readonly ListedInstance[]): string =>
  instances.length === 1
    ? instances.map(labelOf).join('')
    : `${instances.length.toLocaleString('en')} instances`

function sayForgotten(flashes: Flashes, { done, refused }: ActedOnEach<ListedInstance>): void {
  const [first] = refused
  if (first !== undefined) {
    const { item, refusal } = first
    flashes.say(
      'error',
      refused.length === 1
        ? `${labelOf(item)} was not forgotten`
        : `${refused.length.toLocaleString('en')} instances were not forgotten`,
      <RefusedSome refusal={refusal} />,
    )
  }
  if (done.length > 0) {
    const verb = done.length === 1 ? 'is' : 'are'
    flashes.say('success', `${whichText(done)} ${verb} forgotten.`)
  }
}
