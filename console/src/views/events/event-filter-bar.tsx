import DateRangePicker, {
  type DateRangePickerProps,
} from '@cloudscape-design/components/date-range-picker'
import PropertyFilter, {
  type PropertyFilterProps,
} from '@cloudscape-design/components/property-filter'
import { LOGIN_CAUSES } from '@fleetkey/domain/login-cause'
import { useMemo } from 'react'
import { EVENT_NAMES } from '../../events/event-names.ts'
import { EVENT_FILTERS, type EventQuery } from '../../events/event-query.ts'
import { pickedRange, rangeOfPicked } from '../../events/picked-range.ts'
import { queryOfTokens, tokensOf } from '../../events/filter-tokens.ts'
import type { EventView } from '../../events/trail-record.ts'

/** What is looked for: attributes as CloudTrail's page has them, ours beside, and when it happened. */
export function EventFilterBar({
  query,
  events,
  countText,
  onChange,
}: {
  readonly query: EventQuery
  /** Those that are shown: their values are offered. */
  readonly events: readonly EventView[]
  readonly countText: string
  readonly onChange: (query: EventQuery) => void
}) {
  const properties = useMemo(() => propertiesOf(events), [events])
  const options = useMemo(() => optionsOf(events), [events])
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'flex-start' }}>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <PropertyFilter
          query={{ operation: 'and', tokens: tokensOf(query) }}
          filteringProperties={properties}
          filteringOptions={options}
          filteringPlaceholder="Find events by name, user, instance, outcome, address, text…"
          filteringAriaLabel="Find events"
          countText={countText}
          virtualScroll
          hideOperations
          customGroupsText={[{ group: 'tags', properties: 'Instance tags', values: 'Tag values' }]}
          onChange={({ detail }) => onChange({ ...query, ...queryOfTokens(detail.tokens) })}
        />
      </div>
      <DateRangePicker
        value={pickedRange(query.range)}
        onChange={({ detail }) => onChange({ ...query, range: rangeOfPicked(detail.value) })}
        relativeOptions={RELATIVE}
        isValidRange={isValid}
        placeholder="Any time"
        ariaLabel="When it happened"
        i18nStrings={{ formatRelativeRange: relativeText }}
      />
    </div>
  )
}

const RELATIVE: DateRangePickerProps.RelativeOption[] = [
  { key: '15m', amount: 15, unit: 'minute', type: 'relative' },
  { key: '1h', amount: 1, unit: 'hour', type: 'relative' },
  { key: '12h', amount: 12, unit: 'hour', type: 'relative' },
  { key: '1d', amount: 1, unit: 'day', type: 'relative' },
  { key: '7d', amount: 7, unit: 'day', type: 'relative' },
  { key: '30d', amount: 30, unit: 'day', type: 'relative' },
]

const relativeText = ({ amount, unit }: DateRangePickerProps.RelativeValue): string =>
  `Last ${amount} ${unit}${amount === 1 ? '' : 's'}`

function isValid(
  value: DateRangePickerProps.Value | null,
): DateRangePickerProps.ValidRangeResult | DateRangePickerProps.InvalidRangeResult {
  if (value?.type === 'absolute' && value.startDate > value.endDate)
    return { valid: false, errorMessage: 'The beginning is after the end.' }
  if (value?.type === 'relative' && !(value.amount > 0))
    return { valid: false, errorMessage: 'Give a number of units.' }
  return { valid: true }
}

function propertiesOf(events: readonly EventView[]): PropertyFilterProps.FilteringProperty[] {
  const keys = new Set(
    events.flatMap(({ record }) => Object.keys(tagsOf(record.additionalEventData['instanceTags']))),
  )
  return [
    ...Object.entries(EVENT_FILTERS).map(([key, propertyLabel]) => propertyOf(key, propertyLabel)),
    ...[...keys].toSorted().map((key) => ({ ...propertyOf(`tag:${key}`, key), group: 'tags' })),
  ]
}

const propertyOf = (key: string, propertyLabel: string) => ({
  key,
  propertyLabel,
  groupValuesLabel: `${propertyLabel} values`,
  operators: ['='] as const,
})

function optionsOf(events: readonly EventView[]): PropertyFilterProps.FilteringOption[] {
  const values = new Map<string, Set<string>>()
  const offer = (key: string, value: string | undefined) => {
    if (value !== undefined) values.set(key, (values.get(key) ?? new Set<string>()).add(value))
  }
  for (const outcome of ['ok', 'denied', 'failed', 'alarm']) offer('outcome', outcome)
  for (const value of ['true', 'false']) offer('read-only', value)
  for (const name of EVENT_NAMES) offer('event-name', name)
  for (const event of events) {
    offer('event-name', event.eventName)
    offer('principal', event.who)
    offer('instance', event.instanceName)
    offer('instance', event.instanceId)
    offer('os-user', event.osUser)
    offer('outcome', Object.hasOwn(LOGIN_CAUSES, event.reason ?? '') ? undefined : event.reason)
    offer('source-address', event.sourceAddress)
    offer('fingerprint', event.fingerprint)
    offer('event-source', event.eventSource)
    for (const [key, value] of Object.entries(
      tagsOf(event.record.additionalEventData['instanceTags']),
    ))
      offer(`tag:${key}`, value)
  }
  return [...values].flatMap(([propertyKey, all]) =>
    [...all].map((value) => ({ propertyKey, value })),
  )
}

const tagsOf = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, string>) : {}
