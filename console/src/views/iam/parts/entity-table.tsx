import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import Spinner from '@cloudscape-design/components/spinner'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import type { ReactNode } from 'react'
import { counterText } from '../../../ui/counter-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import type { Listed } from '../api/use-listing.ts'
import { Refused } from './refused.tsx'

/** So many rows at a time. */
const PAGE_SIZE = 50

/** A listing of IAM: filter, order, pages; what is there already is shown while the rest is on its way. */
export function EntityTable<Item extends object>({
  listed,
  title,
  noun = title.toLowerCase(),
  loadingText = `Asking for ${noun}`,
  description,
  columns,
  nameOf,
  labelOf = nameOf,
  textOf,
  actions,
  filters,
  empty,
  selected,
  onSelect,
  selectionType = 'single',
  variant = 'container',
}: {
  readonly listed: Listed<Item>
  /** What is listed, in the plural: `Users`. */
  readonly title: string
  /** The same within a sentence, where it is not the title in small letters. */
  readonly noun?: string
  readonly loadingText?: string
  readonly description?: ReactNode
  readonly columns: readonly TableProps.ColumnDefinition<Item>[]
  /** Of which there is one. */
  readonly nameOf: (item: Item) => string
  /** As it is read aloud; default: its name. */
  readonly labelOf?: (item: Item) => string
  /** What the filter looks through. */
  readonly textOf: (item: Item) => string
  readonly actions?: ReactNode
  /** Beside the field to search in. */
  readonly filters?: ReactNode
  /** What it means that there is none, and what to do. */
  readonly empty: ReactNode
  readonly selected?: readonly Item[]
  readonly onSelect?: (items: readonly Item[]) => void
  readonly selectionType?: 'single' | 'multi'
  readonly variant?: TableProps.Variant
}) {
  const { items: all, isLoading, refusal, reload } = listed
  const {
    items,
    actions: act,
    collectionProps,
    filterProps,
    filteredItemsCount,
    paginationProps,
  } = useCollection(all, {
    filtering: {
      filteringFunction: (item, text) => textOf(item).toLowerCase().includes(text.toLowerCase()),
    },
    pagination: { pageSize: PAGE_SIZE },
    sorting: {},
  })
  if (refusal !== undefined && all.length === 0) {
    return (
      <SpaceBetween size="m">
        <Header variant={variant === 'full-page' ? 'h1' : 'h2'}>{title}</Header>
        <Refused refusal={refusal} header={`The ${noun} cannot be listed`} onRetry={reload} />
      </SpaceBetween>
    )
  }
  return (
    <Table<Item>
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy={nameOf}
      variant={variant}
      loading={isLoading && all.length === 0}
      loadingText={loadingText}
      wrapLines
      {...(onSelect !== undefined && {
        selectionType,
        selectedItems: selected ?? [],
        onSelectionChange: ({ detail }) => onSelect(detail.selectedItems),
      })}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: 'Selection',
        allItemsSelectionLabel: () => `Select all ${noun} of this page`,
        itemSelectionLabel: (_selection, item) => `Select ${labelOf(item)}`,
      }}
      renderAriaLive={({ firstIndex, lastIndex }) =>
        `Showing ${firstIndex} to ${lastIndex} of ${filteredItemsCount ?? all.length} ${noun}`
      }
      empty={
        all.length === 0 ? (
          <EmptyState title={`No ${noun}`}>{empty}</EmptyState>
        ) : (
          <EmptyState
            title="Nothing fits"
            action={<Button onClick={() => act.setFiltering('')}>Clear the filter</Button>}
          >
            {`None of ${all.length.toLocaleString('en')} ${noun} has that in it.`}
          </EmptyState>
        )
      }
      header={
        <Header
          variant={variant === 'full-page' ? 'h1' : 'h2'}
          counter={counterText(all.length, { hasMore: isLoading, isKnown: !isLoading })}
          description={description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="refresh" ariaLabel={`Ask for ${noun} again`} onClick={reload} />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={
        <SpaceBetween direction="horizontal" size="xs">
          <TextFilter
            {...filterProps}
            filteringPlaceholder={`Find ${noun}`}
            filteringAriaLabel={`Find ${noun}`}
            countText={`${(filteredItemsCount ?? 0).toLocaleString('en')} found`}
            filteringClearAriaLabel="Clear the filter"
          />
          {filters}
        </SpaceBetween>
      }
      pagination={<Pagination {...paginationProps} />}
      footer={
        refusal !== undefined ? (
          <Refused refusal={refusal} header="The rest could not be listed" onRetry={reload} />
        ) : isLoading && all.length > 0 ? (
          <Box textAlign="center">
            <Spinner /> {`${all.length.toLocaleString('en')} so far`}
          </Box>
        ) : undefined
      }
    />
  )
}
