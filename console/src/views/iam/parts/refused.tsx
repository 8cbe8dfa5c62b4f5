import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ComponentProps } from 'react'
import type { ApiRefusal } from '../../../api/api-refusal.ts'
import { isNotThere, NotThere } from '../../../ui/not-there.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { mendOf } from '../api/mend.ts'

/** A refusal of IAM's with what to do about it. */
export function Refused({
  refusal,
  header,
  notThere,
  onRetry,
  onDismiss,
}: {
  readonly refusal: ApiRefusal | undefined
  readonly header?: string
  /** Of what an address names: what it is, and the list of those that there are. */
  readonly notThere?: ComponentProps<typeof NotThere>
  readonly onRetry?: () => void
  readonly onDismiss?: () => void
}) {
  if (refusal === undefined) return undefined
  if (notThere !== undefined && isNotThere(refusal)) return <NotThere {...notThere} />
  const mend = mendOf(refusal)
  return (
    <SpaceBetween size="xxs">
      <Refusal
        refusal={refusal}
        onRetry={onRetry}
        onDismiss={onDismiss}
        {...(header !== undefined && { header })}
      />
      {mend !== undefined && <Box variant="p">{mend}</Box>}
    </SpaceBetween>
  )
}
