import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { readExplanation } from './explanation.ts'

/** Which statement decided, the condition that failed, and the least change. */
export function ExplainedText({ text }: { readonly text: string }) {
  const { why, mend } = readExplanation(text)
  return (
    <SpaceBetween size="xs">
      <div>
        {why.map((line) => (
          <Box key={line} variant="p">
            {line}
          </Box>
        ))}
      </div>
      {mend.map((line) => (
        <div key={line}>
          <Box variant="awsui-key-label">Least change</Box>
          <Box variant="p">{line}</Box>
        </div>
      ))}
    </SpaceBetween>
  )
}
