import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { Home } from '@fleetkey/iam/lint/finding'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { PolicyEditor } from './policy-editor.tsx'
import { VisualEditor } from './visual-editor.tsx'

/** A policy, as a form or as JSON: two sights of one text. */
export function PolicyWorkbench({
  value,
  onChange,
  kind,
  home,
  refused,
  first = 'json',
}: {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly kind: DocumentKind
  readonly home: Home
  readonly refused?: string | undefined
  /** Which one is shown at first. */
  readonly first?: 'visual' | 'json'
}) {
  const [sight, setSight] = useState<'visual' | 'json'>(first)
  return (
    <SpaceBetween size="s">
      <SegmentedControl
        label="Policy editor"
        selectedId={sight}
        onChange={({ detail }) => setSight(detail.selectedId === 'visual' ? 'visual' : 'json')}
        options={[
          { id: 'visual', text: 'Visual' },
          { id: 'json', text: 'JSON' },
        ]}
      />
      {sight === 'visual' ? (
        <VisualEditor value={value} onChange={onChange} />
      ) : (
        <PolicyEditor value={value} onChange={onChange} kind={kind} home={home} refused={refused} />
      )}
    </SpaceBetween>
  )
}
