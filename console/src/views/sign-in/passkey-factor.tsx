import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { whyNoPasskeys } from '../../api/passkeys.ts'
import type { Factors } from './sign-in-step.ts'

/** A passkey as the second factor, or why it cannot be used here. */
export function PasskeyFactor({
  factors: { passkey, takesCode },
  isRunning,
  onUse,
}: {
  readonly factors: Factors
  readonly isRunning: boolean
  readonly onUse: () => void
}) {
  if (passkey === undefined) {
    if (takesCode) return undefined
    return (
      <Alert type="warning" header="Your second factor is a passkey, which cannot be used here">
        {whyNoPasskeys() ??
          'It was made for another host name. Open the console by that name, or ask an administrator.'}
      </Alert>
    )
  }
  return (
    <SpaceBetween size="s">
      <Box>Your browser asks you for the passkey that you have added.</Box>
      <Button
        variant="primary"
        iconName="key"
        formAction="none"
        loading={isRunning}
        onClick={onUse}
      >
        Use passkey
      </Button>
      {takesCode && <Box variant="small">Or, in its place:</Box>}
    </SpaceBetween>
  )
}
