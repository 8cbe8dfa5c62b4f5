import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Input from '@cloudscape-design/components/input'
import { MAX_TAGS } from '@fleetkey/domain/instance'
import { draftProblem, type TagDraft } from './tag-changes.ts'

/** EC2's rows of key and value. */
export function TagEditor({
  drafts,
  onChange,
  empty = 'No tags.',
}: {
  readonly drafts: readonly TagDraft[]
  readonly onChange: (drafts: readonly TagDraft[]) => void
  readonly empty?: string
}) {
  const put = (at: number, draft: TagDraft) => onChange(drafts.with(at, draft))
  return (
    <AttributeEditor
      items={[...drafts]}
      empty={empty}
      addButtonText="Add new tag"
      removeButtonText="Remove"
      removeButtonAriaLabel={({ key }) => `Remove tag ${key}`}
      disableAddButton={drafts.length >= MAX_TAGS}
      additionalInfo={`${drafts.length} of ${MAX_TAGS} tags. Policies may decide by tags: who may set them is a right of its own.`}
      onAddButtonClick={() => onChange([...drafts, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(drafts.toSpliced(detail.itemIndex, 1))}
      definition={[
        {
          label: 'Key',
          control: (draft, at) => (
            <Input
              value={draft.key}
              ariaLabel="Key"
              placeholder="Env"
              onChange={({ detail }) => put(at, { ...draft, key: detail.value })}
            />
          ),
          errorText: (draft, at) => (draft.key === '' ? undefined : draftProblem(drafts, at)),
        },
        {
          label: 'Value',
          control: (draft, at) => (
            <Input
              value={draft.value}
              ariaLabel="Value"
              placeholder="production"
              onChange={({ detail }) => put(at, { ...draft, value: detail.value })}
            />
          ),
        },
      ]}
    />
  )
}
