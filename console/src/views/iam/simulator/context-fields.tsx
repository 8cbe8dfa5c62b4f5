import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Autosuggest from '@cloudscape-design/components/autosuggest'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Input from '@cloudscape-design/components/input'
import { GLOBAL_KEYS, SPECIAL_KEYS } from '@fleetkey/iam/actions/condition-keys'
import type { ContextEntry } from './question.ts'

const KEYS = [...GLOBAL_KEYS, ...SPECIAL_KEYS].map(({ name, type }) => ({
  value: name,
  description: type,
}))

/** What the moment tells: an address, a second factor, tags. */
export function ContextFields({
  context,
  onChange,
}: {
  readonly context: readonly ContextEntry[]
  readonly onChange: (context: readonly ContextEntry[]) => void
}) {
  return (
    <ExpandableSection
      headerText="Condition keys"
      headerDescription="What only the moment tells, such as aws:SourceIp or aws:MultiFactorAuthPresent. What is left out stays open."
      defaultExpanded={context.length > 0}
    >
      <AttributeEditor
        items={context}
        addButtonText="Add a key"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ key }) => `Remove ${key}`}
        empty={<Box color="text-body-secondary">None.</Box>}
        onAddButtonClick={() => onChange([...context, { key: '', values: [] }])}
        onRemoveButtonClick={({ detail }) => onChange(context.toSpliced(detail.itemIndex, 1))}
        definition={[
          {
            label: 'Key',
            control: (entry, index) => (
              <Autosuggest
                value={entry.key}
                options={KEYS}
                ariaLabel={`Condition key ${index + 1}`}
                clearAriaLabel={`Clear condition key ${index + 1}`}
                enteredTextLabel={(text) => `Use: "${text}"`}
                onChange={({ detail }) =>
                  onChange(context.with(index, { ...entry, key: detail.value }))
                }
              />
            ),
          },
          {
            label: 'Values, with commas between',
            control: (entry, index) => (
              <Input
                value={entry.values.join(',')}
                ariaLabel={`Values of condition key ${index + 1}`}
                onChange={({ detail }) =>
                  onChange(
                    context.with(index, {
                      ...entry,
                      values: detail.value === '' ? [] : detail.value.split(','),
                    }),
                  )
                }
              />
            ),
          },
        ]}
      />
    </ExpandableSection>
  )
}
