import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ApiRefusal } from '../../../api/api-refusal.ts'
import { Refusal } from '../../../ui/refusal.tsx'
import { mendOf } from '../api/mend.ts'

/** A refusal of IAM's with what to do about it. */
export function Refused({
  refusal,
  header,
  onRetry,
  onDismiss,
}: {
  readonly refusal: ApiRefusal | undefined
  readonly header?: string
  readonly onRetry?: () => void
  readonly onDismiss?: () => void
}) {
  if (refusal === undefined) return undefined
  const mend = mendOf(refusal)
  return (
    <div role="alert">
      <SpaceBetween size="xxs">
        <Refusal
          refusal={refusal}
          onRetry={onRetry}
          onDismiss={onDismiss}
          {...(header !== undefined && { header })}
        />
        {mend !== undefined && <Box variant="p">{mend}</Box>}
      </SpaceBetween>
    </div>
  )
}
