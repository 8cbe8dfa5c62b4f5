import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { changeTags } from '../api/change-tags.ts'
import { useAct } from '../api/use-act.ts'
import { Refusal } from './refusal.tsx'
import { draftsProblem, tagChanges, type TagDraft } from './tag-changes.ts'
import { TagEditor } from './tag-editor.tsx'

/** Something that has tags, as people call it. */
export interface TaggedThing {
  readonly id: string
  readonly label: string
  readonly tags: ReadonlyMap<string, string>
}

/** EC2's "Manage tags": all of one thing's, or some that several get or lose. */
export function TagsDialog({
  things,
  several,
  onChanged,
  onDone,
  onCancel,
}: {
  readonly things: readonly TaggedThing[]
  /** What several of them are called, e.g. `instances`. */
  readonly several: string
  /** They are to be read again, also where the dialog stays because not all of it was done. */
  readonly onChanged: () => void
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const [only, ...others] = things
  const single = others.length === 0 ? only : undefined
  const [drafts, setDrafts] = useState<readonly TagDraft[]>(() =>
    single === undefined ? [] : [...single.tags].map(([key, value]) => ({ key, value })),
  )
  const [removed, setRemoved] = useState<readonly string[]>([])
  const problem = draftsProblem(drafts)
  const changes =
    single === undefined
      ? {
          set: drafts.map(({ key, value }) => ({ Key: key, Value: value })),
          remove: removed.map((Key) => ({ Key })),
        }
      : tagChanges(single.tags, drafts)
  const isChanged = changes.set.length + changes.remove.length > 0
  const ids = things.map(({ id }) => id)
  const act = useAct(() => changeTags(ids, changes), onChanged)
  const save = async () => {
    if (!(await act.run())) return
    onChanged()
    onDone()
  }
  return (
    <Modal
      visible
      size="large"
      header={
        single === undefined
          ? `Manage tags of ${things.length.toLocaleString('en')} ${several}`
          : `Manage tags of ${single.label}`
      }
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
              disabled={!isChanged || problem !== undefined}
              onClick={() => void save()}
            >
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={act.refusal}
          header="The tags were not changed"
          askFor="ec2:CreateTags and ec2:DeleteTags"
        />
        <TagEditor
          drafts={drafts}
          onChange={setDrafts}
          empty={
            single === undefined ? `Tags that all of these ${several} get.` : 'It has no tags.'
          }
        />
        {single === undefined && (
          <ColumnLayout>
            <FormField
              label="Tags to remove"
              description={`From those of the ${several} that have them.`}
            >
              <Multiselect
                options={keysOf(things).map((key) => ({
                  value: key,
                  label: key,
                }))}
                selectedOptions={removed.map((key) => ({ value: key, label: key }))}
                placeholder="Choose keys"
                filteringType="auto"
                onChange={({ detail }) =>
                  setRemoved(detail.selectedOptions.flatMap(({ value }) => value ?? []))
                }
              />
            </FormField>
          </ColumnLayout>
        )}
      </SpaceBetween>
    </Modal>
  )
}

const keysOf = (things: readonly TaggedThing[]): readonly string[] =>
  [...new Set(things.flatMap(({ tags }) => [...tags.keys()]))].toSorted()
