import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

/** A command to paste into a shell. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div style={{ display: 'flex', gap: 8, alignItems: 'flex-start' }}>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel="Copy the command"
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied"
      />
      <Box variant="code">
        <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</span>
      </Box>
    </div>
  )
}
