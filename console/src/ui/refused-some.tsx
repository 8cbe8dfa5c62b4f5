import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ApiRefusal } from '../api/api-refusal.ts'
import { RefusalReference } from './refusal-reference.tsx'

/** Why something was not done to some of several, below a flash that says to which: the first refusal stands for all. */
export function RefusedSome({ refusal }: { readonly refusal: ApiRefusal }) {
  const { code, message, explanation, requestId } = refusal
  return (
    <SpaceBetween size="xxs">
      <Box variant="span" color="inherit">
        {message}
      </Box>
      {explanation !== undefined && (
        <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{explanation}</span>
      )}
      <RefusalReference code={code} requestId={requestId} color="inherit" />
    </SpaceBetween>
  )
}
