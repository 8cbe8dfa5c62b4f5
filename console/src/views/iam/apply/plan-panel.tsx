import { useCollection } from '@cloudscape-design/collection-hooks'
import Badge from '@cloudscape-design/components/badge'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import TextFilter from '@cloudscape-design/components/text-filter'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { PlannedStep } from '@fleetkey/iam/apply/planned-step'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PolicyDiff } from '../editor/policy-diff.tsx'
import { shownDocument } from '../editor/shown-document.ts'
import { counted, summaryOf } from './plan-words.ts'
import './plan-panel.css'

/** More rows at a time nobody reads. */
const PAGE_SIZE = 50

/** How far the steps are that were begun. */
export interface StepsDone {
  readonly done: number
  /** One is under way. */
  readonly isRunning: boolean
  /** The next one was refused. */
  readonly isRefused: boolean
}

/** Every step in its order, with what is other in each policy and what is odd about it. */
export function PlanPanel({
  steps,
  progress,
}: {
  readonly steps: readonly PlannedStep[]
  /** Undefined until it is applied. */
  readonly progress: StepsDone | undefined
}) {
  const rows = steps.map((step, index): Row => ({ ...step, number: index + 1 }))
  const { items, filterProps, filteredItemsCount, paginationProps } = useCollection(rows, {
    filtering: {
      filteringFunction: ({ description }, text) =>
        description.text.toLowerCase().includes(text.toLowerCase()),
    },
    pagination: { pageSize: PAGE_SIZE },
  })
  const { given, changed, taken } = summaryOf(steps)
  const said = [
    ...(given > 0 ? [`${given} made or given`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(taken > 0 ? [`${taken} taken away`] : []),
  ]
  const isLong = steps.length > PAGE_SIZE
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${steps.length})`}
          description={`${said.join(', ')}. In this order: rights are taken away before others are given, so wherever it stops, nobody has more than before or than the file says.`}
        >
          The plan
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isLong && (
          <div className="plan-tools">
            <TextFilter
              {...filterProps}
              filteringPlaceholder="Find steps"
              filteringAriaLabel="Find steps"
              filteringClearAriaLabel="Clear the filter"
              countText={`${counted(filteredItemsCount ?? 0, 'step')} found`}
            />
            <Pagination {...paginationProps} />
          </div>
        )}
        {items.length === 0 && (
          <EmptyState title="Nothing fits">No step has that in it.</EmptyState>
        )}
        {/* No table: a policy needs the width. */}
        <ol className="plan-steps" aria-label="Steps of the plan">
          {items.map((row) => (
            <li key={row.number} value={row.number}>
              <div className="plan-step">
                <Badge color={SIGNS[row.description.sign].color}>
                  {SIGNS[row.description.sign].says}
                </Badge>
                {/* Names come from a file. */}
                <span className="plan-step-text">{escapeActing(row.description.text)}</span>
                {progress !== undefined && <StepState number={row.number} progress={progress} />}
              </div>
              <Details row={row} />
            </li>
          ))}
        </ol>
      </SpaceBetween>
    </Container>
  )
}

interface Row extends PlannedStep {
  /** From 1. */
  readonly number: number
}

const SIGNS = {
  '+': { says: 'make', color: 'green' },
  '~': { says: 'change', color: 'blue' },
  '-': { says: 'take away', color: 'red' },
} as const

/** The policy that it is about, and what is odd about it. */
function Details({ row: { description, findings } }: { readonly row: Row }) {
  const { text, document } = description
  return (
    <>
      {document !== undefined && (
        <ExpandableSection
          variant="footer"
          headerText={document.before === undefined ? 'Its document' : 'What is other in it'}
          headerAriaLabel={`${document.before === undefined ? 'Its document' : 'What is other in it'}: ${escapeActing(text)}`}
        >
          <PolicyDiff
            before={document.before === undefined ? '' : shownDocument(document.before.text)}
            after={shownDocument(document.after.text)}
            label={`Policy of the step: ${escapeActing(text)}`}
          />
        </ExpandableSection>
      )}
      {findings.map(({ level, lint, what, why }) => (
        <StatusIndicator key={`${lint} ${what}`} type={level === 'error' ? 'error' : 'warning'}>
          {`${what} ${why}`}
        </StatusIndicator>
      ))}
    </>
  )
}

function StepState({
  number,
  progress: { done, isRunning, isRefused },
}: {
  readonly number: number
  readonly progress: StepsDone
}) {
  if (number <= done) return <StatusIndicator type="success">Done</StatusIndicator>
  if (number === done + 1 && isRunning) {
    return <StatusIndicator type="loading">Being made</StatusIndicator>
  }
  if (number === done + 1 && isRefused) {
    return <StatusIndicator type="error">Refused</StatusIndicator>
  }
  return <StatusIndicator type="pending">{isRunning ? 'To be made' : 'Not made'}</StatusIndicator>
}
