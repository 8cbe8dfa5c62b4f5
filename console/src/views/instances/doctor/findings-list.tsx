import Box from '@cloudscape-design/components/box'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import type { Finding } from '@fleetkey/domain/finding'
import { Command } from '../../../ui/command.tsx'

/** A line for each finding, and what to do about those that are not good. */
export function FindingsList({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 10 }}>
      {findings.map((finding, at) => (
        // One check may find several things: their place tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={`${finding.check} ${at}`}>
          <FindingLine finding={finding} />
        </li>
      ))}
    </ul>
  )
}

function FindingLine({ finding: { check, state, says, mend } }: { readonly finding: Finding }) {
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', columnGap: 16 }}>
      <div style={{ flex: '0 0 11.5em' }}>
        <StatusIndicator type={TYPES[state]} iconAriaLabel={WORDS[state]}>
          {check}
        </StatusIndicator>
      </div>
      <div style={{ flex: '1 1 18em', minWidth: 0, overflowWrap: 'anywhere' }}>
        <bdi>{says}</bdi>
        {mend !== undefined && state !== 'good' && (
          <>
            <Box color="text-body-secondary">
              <bdi>{mend.says}</bdi>
            </Box>
            {(mend.commands ?? []).map((line) => (
              <Command key={line} text={line} />
            ))}
          </>
        )}
      </div>
    </div>
  )
}

const TYPES: Readonly<Record<Finding['state'], StatusIndicatorProps.Type>> = {
  good: 'success',
  note: 'info',
  bad: 'error',
  unknown: 'pending',
}

const WORDS: Readonly<Record<Finding['state'], string>> = {
  good: 'Good',
  note: 'Note',
  bad: 'Bad',
  unknown: 'Could not be looked at',
}
