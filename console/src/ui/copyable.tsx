import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

/** Text that people take elsewhere: ids, fingerprints, addresses. */
export function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText={`Copied ${what}`}
      copyErrorText={`The browser did not let ${what} be copied`}
    />
  )
}
