import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { StoryStep } from '../../events/story-of.ts'
import { TimeText } from '../../ui/time-text.tsx'

/** What happened, one thing below the other. */
export function Story({ steps }: { readonly steps: readonly StoryStep[] }) {
  return (
    <ol aria-label="Story" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {steps.map((step, index) => (
        <li
          // Two may be alike in all that they say.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          style={{ display: 'flex', gap: 12 }}
        >
          <Rail isLast={index === steps.length - 1} />
          <div style={{ paddingBottom: 14, minWidth: 0, overflowWrap: 'anywhere' }}>
            <StatusIndicator type={step.status}>
              <span style={{ wordBreak: 'normal', overflowWrap: 'anywhere' }}>{step.header}</span>
            </StatusIndicator>
            <Box fontSize="body-s" color="text-body-secondary">
              <TimeText seconds={step.time} />
            </Box>
            {step.says.map((text) => (
              <Box key={text} fontSize="body-s">
                {text}
              </Box>
            ))}
            {step.mend !== undefined && (
              <Box fontSize="body-s" fontWeight="bold">
                {step.mend}
              </Box>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Rail({ isLast }: { readonly isLast: boolean }) {
  return (
    <span
      aria-hidden
      style={{ display: 'flex', flexDirection: 'column', alignItems: 'center', opacity: 0.5 }}
    >
      <span
        style={{
          flex: '0 0 auto',
          width: 9,
          height: 9,
          marginTop: 6,
          borderRadius: '50%',
          background: 'currentColor',
        }}
      />
      {!isLast && <span style={{ flex: 1, width: 2, background: 'currentColor' }} />}
    </span>
  )
}
