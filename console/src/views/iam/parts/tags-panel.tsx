import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import type { Tag } from '../api/shapes.ts'
import { Refused } from './refused.tsx'
import { tagChange } from './tag-change.ts'

/** Tags as they are, to be changed and saved. */
export function TagsPanel({
  tags,
  onSave,
  onSaved,
}: {
  readonly tags: readonly Tag[]
  readonly onSave: (change: {
    readonly set: readonly Tag[]
    readonly removed: readonly string[]
  }) => Promise<unknown>
  readonly onSaved: () => void
}) {
  const [edited, setEdited] = useState<readonly Tag[]>()
  const act = useAct(onSave, onSaved)
  const change = tagChange(tags, edited ?? tags)
  const isChanged = change.set.length > 0 || change.removed.length > 0
  const save = async () => {
    if (!(await act.run(change))) return
    setEdited(undefined)
    onSaved()
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Policies can ask for them: aws:PrincipalTag/KEY, aws:ResourceTag/KEY."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {edited !== undefined && (
                <Button onClick={() => setEdited(undefined)}>Discard the changes</Button>
              )}
              <Button
                variant="primary"
                disabled={!isChanged}
                loading={act.isRunning}
                onClick={() => void save()}
              >
                Save tags
              </Button>
            </SpaceBetween>
          }
        >
          Tags
        </Header>
      }
    >
      <SpaceBetween size="m">
        <TagsInput tags={edited ?? tags} onChange={setEdited} />
        <Refused refusal={act.refusal} header="The tags were not changed" />
      </SpaceBetween>
    </Container>
  )
}

/** Fields for tags. */
export function TagsInput({
  tags,
  onChange,
}: {
  readonly tags: readonly Tag[]
  readonly onChange: (tags: readonly Tag[]) => void
}) {
  return (
    <AttributeEditor
      items={tags}
      addButtonText="Add a tag"
      removeButtonText="Remove"
      removeButtonAriaLabel={({ Key }) => `Remove the tag ${Key}`}
      empty={<Box color="text-body-secondary">No tags.</Box>}
      onAddButtonClick={() => onChange([...tags, { Key: '', Value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.toSpliced(detail.itemIndex, 1))}
      definition={[
        {
          label: 'Key',
          control: (tag, index) => (
            <Input
              value={tag.Key}
              ariaLabel={`Key of tag ${index + 1}`}
              onChange={({ detail }) => onChange(tags.with(index, { ...tag, Key: detail.value }))}
            />
          ),
        },
        {
          label: 'Value',
          control: (tag, index) => (
            <Input
              value={tag.Value}
              ariaLabel={`Value of tag ${index + 1}`}
              onChange={({ detail }) => onChange(tags.with(index, { ...tag, Value: detail.value }))}
            />
          ),
        },
      ]}
    />
  )
}
