import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { useMemo } from 'react'

/** The record as it is chained: JSON, with what acts in a terminal written out. */
export function RecordJson({ record }: { readonly record: object }) {
  const text = useMemo(() => printableJson(record), [record])
  return (
    <ExpandableSection
      headerText="Event record"
      variant="footer"
      headerActions={
        <CopyToClipboard
          copyButtonText="Copy"
          copyButtonAriaLabel="Copy the event record"
          copySuccessText="Copied"
          copyErrorText="The browser did not let it be copied"
          textToCopy={text}
        />
      }
    >
      <Box variant="code">
        <pre
          // Scrolls by itself: reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          aria-label="Event record"
          style={{
            margin: 0,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            maxHeight: 480,
            overflow: 'auto',
          }}
        >
          {text}
        </pre>
      </Box>
    </ExpandableSection>
  )
}

/** What comes from outside is data: bidi marks and the like would show another text than there is. */
function printableJson(record: object): string {
  return JSON.stringify(record, undefined, 2).replaceAll(
    /[\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
