import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ApiRefusal } from '../api/api-refusal.ts'
import { RefusalReference } from './refusal-reference.tsx'

/** Why something was not done, also read aloud: what the control plane says, which statement decided, and where it is on record. */
export function Refusal({
  refusal,
  header = 'That was refused',
  askFor,
  onRetry,
  onDismiss,
}: {
  readonly refusal: ApiRefusal | undefined
  readonly header?: string
  /** The action that somebody needs for this, told to who has not got it. */
  readonly askFor?: string
  readonly onRetry?: (() => void) | undefined
  readonly onDismiss?: (() => void) | undefined
}) {
  if (refusal === undefined) return undefined
  const { code, message, explanation, requestId, doneBefore, isOpen } = refusal
  return (
    <div role="alert">
      <Alert
        type="error"
        header={
          isOpen
            ? 'Whether it was done is not known'
            : doneBefore === undefined
              ? header
              : 'Only a part of it was done'
        }
        dismissible={onDismiss !== undefined}
        onDismiss={() => onDismiss?.()}
        {...(onRetry !== undefined && { action: <Button onClick={onRetry}>Try again</Button> })}
      >
        <SpaceBetween size="xs">
          {doneBefore !== undefined && <Box variant="p">{doneBefore} Then came this:</Box>}
          <Box variant="p">{message}</Box>
          {askFor !== undefined && code === 'AccessDeniedException' && (
            <Box variant="p">
              Ask whoever keeps your policies to allow you <Box variant="code">{askFor}</Box>.
            </Box>
          )}
          {explanation !== undefined && (
            <ExpandableSection
              headerText="Which policy decided, and what would change it"
              defaultExpanded
            >
              <Box variant="pre">
                <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {explanation}
                </span>
              </Box>
            </ExpandableSection>
          )}
          <RefusalReference code={code} requestId={requestId} />
        </SpaceBetween>
      </Alert>
    </div>
  )
}
