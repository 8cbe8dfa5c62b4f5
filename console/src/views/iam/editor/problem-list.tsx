import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { PolicyCheck, Problem } from './check-policy.ts'

/** What there is to say about a policy, the worst first: a press goes to the place. */
export function ProblemList({
  id,
  check: { isValid, size, limit },
  problems,
  onGoTo,
  onFix,
}: {
  readonly id: string
  readonly check: PolicyCheck
  readonly problems: readonly Problem[]
  readonly onGoTo: (problem: Problem) => void
  readonly onFix: (problem: Problem) => void
}) {
  return (
    <Box padding={{ top: 'xs' }}>
      <div id={id} aria-live="polite">
        <SpaceBetween direction="horizontal" size="m">
          <StatusIndicator type={statusOf(isValid, problems)}>
            {summary(isValid, problems)}
          </StatusIndicator>
          <Box variant="span" color={size > limit ? 'text-status-error' : 'text-body-secondary'}>
            {size} of {limit} characters
          </Box>
        </SpaceBetween>
      </div>
      <SpaceBetween size="xs">
        {problems.map((problem) => (
          <div key={`${problem.lint} ${problem.from} ${problem.what}`}>
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <Badge color={COLORS[problem.level]}>{problem.level}</Badge>
              <Button
                variant="inline-link"
                ariaLabel={`Line ${problem.line}, column ${problem.column}: go there. ${problem.what}`}
                onClick={() => onGoTo(problem)}
              >
                {`Line ${problem.line}, column ${problem.column}`}
              </Button>
              <Box variant="small">{problem.lint}</Box>
              {problem.fix !== undefined && (
                <Button variant="inline-link" onClick={() => onFix(problem)}>
                  {`Write ${problem.fix}`}
                </Button>
              )}
            </SpaceBetween>
            <Box>{[problem.what, problem.why].join(' ').trim()}</Box>
            {problem.instead !== '' && <Box color="text-body-secondary">{problem.instead}</Box>}
          </div>
        ))}
      </SpaceBetween>
    </Box>
  )
}

const COLORS = {
  error: 'severity-critical',
  warning: 'severity-medium',
  suggestion: 'blue',
} as const

function statusOf(isValid: boolean, problems: readonly Problem[]) {
  if (!isValid) return 'error'
  if (problems.length === 0) return 'success'
  return problems.some(({ level }) => level === 'error') ? 'warning' : 'info'
}

function summary(isValid: boolean, problems: readonly Problem[]): string {
  if (!isValid) return 'IAM refuses this policy.'
  if (problems.length === 0) return 'Valid, and nothing about it is odd.'
  const counts = (['error', 'warning', 'suggestion'] as const).flatMap((level) => {
    const count = problems.filter((problem) => problem.level === level).length
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? '' : 's'}`]
  })
  return `Valid: ${counts.join(', ')}.`
}
