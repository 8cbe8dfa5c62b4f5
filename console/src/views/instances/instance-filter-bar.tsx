import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import PropertyFilter, {
  type PropertyFilterProps,
} from '@cloudscape-design/components/property-filter'
import Select from '@cloudscape-design/components/select'
import { useMemo, useState } from 'react'
import { withFilter } from './filter-in-url.ts'
import { FIELDS, fieldOf, isTagField, tagFieldId, type InstanceField } from './instance-fields.ts'
import {
  FILTER_OPERATORS,
  NO_FILTER,
  offerValues,
  type AskedValue,
  type FilterOperator,
  type InstanceFilter,
} from './instance-filter.ts'
import type { ListedInstance } from './listed-instance.ts'
import { lazyPart } from '../../parts/lazy-part.tsx'
import { deleteFilter, savedFilters, saveFilter } from './saved-filters.ts'

const SavedFilterDialog = lazyPart(
  async () => (await import('./saved-filter-dialog.tsx')).SavedFilterDialog,
)

/** EC2's bar: what is looked for, and what was looked for before under a name. */
export function InstanceFilterBar({
  instances,
  tagKeys,
  filter,
  countText,
  onChange,
  onOpenSaved,
}: {
  readonly instances: readonly ListedInstance[]
  readonly tagKeys: readonly string[]
  readonly filter: InstanceFilter
  readonly countText: string
  readonly onChange: (filter: InstanceFilter) => void
  /** With what stood in the URL. */
  readonly onOpenSaved: (search: string) => void
}) {
  const [saved, setSaved] = useState(() => savedFilters())
  const [isNaming, setNaming] = useState(false)
  const [asked, setAsked] = useState<AskedValue>()
  const properties = useMemo(() => propertiesOf(tagKeys, filter), [tagKeys, filter])
  const options = useMemo(
    // Gathered from all instances, and so for nobody who looks for nothing.
    () => (asked === undefined ? [] : offerValues(instances, asked)),
    [instances, asked],
  )
  const search = withFilter(new URLSearchParams(), filter).toString()
  const open = saved.find((each) => each.search === search)
  return (
    <>
      <PropertyFilter
        query={{ operation: filter.operation, tokens: [...filter.tokens] }}
        filteringProperties={properties}
        filteringOptions={options}
        filteringPlaceholder="Find instances by name, ID, tag, state, address…"
        filteringAriaLabel="Find instances"
        countText={countText}
        virtualScroll
        customGroupsText={[{ group: 'tags', properties: 'Tags', values: 'Tag values' }]}
        onLoadItems={({ detail }) => {
          const fieldId = detail.filteringProperty?.key ?? ''
          if (fieldId !== asked?.fieldId || detail.filteringText !== asked.text)
            setAsked({ fieldId, text: detail.filteringText })
        }}
        onChange={({ detail }) => onChange(filterOf(detail))}
        customControl={
          saved.length > 0 && (
            <Select
              placeholder="Saved filters"
              ariaLabel="Saved filters"
              options={saved.map(({ name }) => ({ value: name, label: name }))}
              selectedOption={open === undefined ? null : { value: open.name, label: open.name }}
              onChange={({ detail }) => {
                const chosen = saved.find(({ name }) => name === detail.selectedOption.value)
                if (chosen !== undefined) onOpenSaved(chosen.search)
              }}
            />
          )
        }
        customFilterActions={
          <ButtonDropdown
            items={[
              { id: 'save', text: 'Save this filter', disabled: filter.tokens.length === 0 },
              { id: 'delete', text: 'Delete this saved filter', disabled: open === undefined },
            ]}
            mainAction={{
              text: 'Clear filters',
              onClick: () => onChange({ ...NO_FILTER, operation: filter.operation }),
              disabled: filter.tokens.length === 0,
            }}
            ariaLabel="Saved filters"
            onItemClick={({ detail }) => {
              if (detail.id === 'save') setNaming(true)
              else if (open !== undefined) setSaved(deleteFilter(open.name))
            }}
          />
        }
      />
      {isNaming && (
        <SavedFilterDialog
          saved={saved}
          onCancel={() => setNaming(false)}
          onSave={(name) => {
            setSaved(saveFilter({ name, search }))
            setNaming(false)
          }}
        />
      )}
    </>
  )
}

/** With those of the filter that no instance has: a link may come from elsewhere, or be older than the fleet. */
function propertiesOf(
  tagKeys: readonly string[],
  { tokens }: InstanceFilter,
): PropertyFilterProps.FilteringProperty[] {
  const known = [...FIELDS.map(({ id }) => id), ...tagKeys.map(tagFieldId)]
  const asked = tokens.flatMap(({ propertyKey }) => propertyKey ?? [])
  return [...new Set([...known, ...asked])].map((id) => {
    const property = propertyOf(fieldOf(id) ?? { id, label: id, kind: 'text' })
    return isTagField(id) ? { ...property, group: 'tags' } : property
  })
}

function propertyOf({
  id,
  label,
  kind,
}: Pick<InstanceField, 'id' | 'label' | 'kind'>): PropertyFilterProps.FilteringProperty {
  return {
    key: id,
    propertyLabel: label,
    groupValuesLabel: `${label} values`,
    operators:
      kind === 'choice'
        ? [{ operator: '=', tokenType: 'enum' }, { operator: '!=', tokenType: 'enum' }, ':', '!:']
        : ['=', '!=', ':', '!:', '^', '!^', ...(kind === 'version' ? COMPARING : [])],
  }
}

const COMPARING = ['<', '<=', '>', '>='] as const

function filterOf({ operation, tokens }: PropertyFilterProps.Query): InstanceFilter {
  return {
    operation,
    tokens: tokens.flatMap(({ propertyKey, operator, value }) => {
      if (!isOperator(operator)) return []
      const texts = Array.isArray(value) ? value.map(String) : String(value ?? '')
      return [{ ...(propertyKey !== undefined && { propertyKey }), operator, value: texts }]
    }),
  }
}

const isOperator = (operator: string): operator is FilterOperator =>
  FILTER_OPERATORS.some((each) => each === operator)
