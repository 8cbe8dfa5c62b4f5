import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMemo } from 'react'
import { useAnswer } from '../../../api/use-answer.ts'
import { useSession } from '../../../api/use-session.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { useCredentialReport } from '../account/use-credential-report.ts'
import { Refused } from '../parts/refused.tsx'
import { readAccountDetails } from './account-details.ts'
import { farReaching, type Found } from './far-reaching.ts'
import { credentialChecks, policyChecks, type Check } from './recommendations.ts'

/** What is worth mending first, each with the way there; and what was looked at and is well. */
export function RecommendationsPanel() {
  const session = useSession()
  const report = useCredentialReport()
  const far = useAnswer('far-reaching policies', async (signal) =>
    session === undefined ? undefined : farReaching(await readAccountDetails(signal), session),
  )
  const now = useNow() / 1000
  const checks = useMemo(() => {
    const lines = report.value && [...report.value.values()]
    const made = [
      ...(far.value === undefined ? [] : policyChecks(lines, far.value)),
      ...(lines === undefined ? [] : credentialChecks(lines, now)),
    ]
    return made.toSorted((a, b) => Number(b.found.length > 0) - Number(a.found.length > 0))
  }, [report.value, far.value, now])
  const isLoading = report.isLoading || far.isLoading
  // What could not be looked at may have more.
  const isKnown = report.value !== undefined && far.value !== undefined
  const open = checks.filter(({ found }) => found.length > 0).length
  const reload = () => {
    report.reload()
    far.reload()
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={isKnown && !isLoading ? `(${open})` : ''}
          actions={
            <Button
              iconName="refresh"
              ariaLabel="Look for security recommendations again"
              loading={isLoading}
              onClick={reload}
            />
          }
        >
          Security recommendations
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isLoading && checks.length === 0 && (
          <StatusIndicator type="loading">Looking at credentials and policies</StatusIndicator>
        )}
        <Refused
          refusal={report.refusal}
          header="Passwords, MFA and access keys were not looked at"
          onRetry={report.reload}
        />
        <Refused refusal={far.refusal} header="Policies were not looked at" onRetry={far.reload} />
        {checks.map((check) => (
          <CheckLine key={check.id} check={check} />
        ))}
      </SpaceBetween>
    </Container>
  )
}

/** So many are named; the others on a press. */
const NAMED = 5

function CheckLine({ check: { says, mend, found } }: { readonly check: Check }) {
  if (found.length === 0) return <Says type="success" says={says} />
  return (
    <SpaceBetween size="xxs">
      <Says type="warning" says={says} />
      <Box color="text-body-secondary">{mend}</Box>
      <Links found={found.slice(0, NAMED)} />
      {found.length > NAMED && (
        <ExpandableSection headerText={`${found.length - NAMED} more`}>
          <Links found={found.slice(NAMED)} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  )
}

/** Breaks between words, on a phone too. */
function Says({ type, says }: { readonly type: 'success' | 'warning'; readonly says: string }) {
  return (
    <StatusIndicator type={type}>
      <span style={{ wordBreak: 'normal' }}>{says}</span>
    </StatusIndicator>
  )
}

function Links({ found }: { readonly found: readonly Found[] }) {
  return (
    <SpaceBetween direction="horizontal" size="s">
      {found.map(({ text, to }) => (
        <RouteLink key={to} to={to}>
          {text}
        </RouteLink>
      ))}
    </SpaceBetween>
  )
}
