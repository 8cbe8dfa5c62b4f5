import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'

/** A secret that is told this once: hidden from who looks over the shoulder, to be copied or shown. It lives as long as this is on the page. */
export function Secret({ label, value }: { readonly label: string; readonly value: string }) {
  const [isShown, setShown] = useState(false)
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <CopyToClipboard
          variant="icon"
          textToCopy={value}
          copyButtonAriaLabel={`Copy the ${label.toLowerCase()}`}
          copySuccessText="Copied"
          copyErrorText="The browser did not let it be copied"
        />
        <Box variant="code">
          <span data-secret={isShown}>{isShown ? value : '••••••••••••••••'}</span>
        </Box>
        <Button
          variant="inline-link"
          ariaLabel={`${isShown ? 'Hide' : 'Show'} the ${label.toLowerCase()}`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? 'Hide' : 'Show'}
        </Button>
      </SpaceBetween>
    </div>
  )
}
