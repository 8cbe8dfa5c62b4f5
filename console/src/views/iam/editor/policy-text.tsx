import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { PolicyDiff } from './policy-diff.tsx'

/** A policy to be read alone, with line numbers. */
export function PolicyText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <>
      <CopyToClipboard
        variant="button"
        textToCopy={text}
        copyButtonText="Copy JSON"
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied"
      />
      <PolicyDiff before={text} after={text} label={label} />
    </>
  )
}
