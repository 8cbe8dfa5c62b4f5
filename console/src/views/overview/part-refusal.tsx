import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ApiRefusal } from '../../api/api-refusal.ts'
import { Refusal } from '../../ui/refusal.tsx'

/** Of one part of a page: who may not see it need not be alarmed by it, but is told why. */
export function PartRefusal({
  refusal,
  header,
  onRetry,
}: {
  readonly refusal: ApiRefusal | undefined
  readonly header: string
  readonly onRetry: () => void
}) {
  if (refusal === undefined || !/^(AccessDenied|UnauthorizedOperation)/.test(refusal.code))
    return <Refusal refusal={refusal} header={header} onRetry={onRetry} />
  const { message, explanation } = refusal
  return (
    <SpaceBetween size="xs">
      <StatusIndicator type="stopped">You may not see this.</StatusIndicator>
      <ExpandableSection headerText="Why, and what would change it">
        <Box fontSize="body-s">
          <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {[message, explanation].filter(Boolean).join('\n\n')}
          </span>
        </Box>
      </ExpandableSection>
    </SpaceBetween>
  )
}
