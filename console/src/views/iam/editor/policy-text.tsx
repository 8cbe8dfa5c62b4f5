import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { PolicyLines } from './policy-lines.tsx'

/** A policy to be read alone, with line numbers. */
export function PolicyText({ text, label }: { readonly text: string; readonly label: string }) {
  const lines = text
    .split('\n')
    .map((line, index) => ({ kind: 'same' as const, numbers: [index + 1], text: line }))
  return (
    <>
      <CopyToClipboard
        variant="button"
        textToCopy={text}
        copyButtonText="Copy JSON"
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied"
      />
      <PolicyLines lines={lines} label={label} />
    </>
  )
}
