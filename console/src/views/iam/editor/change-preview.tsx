import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { Fragment } from 'react'
import type { ApiRefusal } from '../../../api/api-refusal.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { Principal } from '../parts/principal.tsx'
import { Refused } from '../parts/refused.tsx'
import {
  changeInWords,
  isGain,
  linesOf,
  nameOfInstance,
  untriedInWords,
  type Preview,
} from './preview-change.ts'

/** More rows than this nobody reads: what is over is counted. */
const SHOWN = 100

/** Who gains and who loses which login: in a sentence, by person, and each of them. */
export function ChangePreview({
  preview,
  refusal,
  onRetry,
}: {
  /** Undefined until it is known. */
  readonly preview: Preview | undefined
  readonly refusal: ApiRefusal | undefined
  readonly onRetry: () => void
}) {
  if (refusal?.code === 'AccessDeniedException') {
    // It is no hindrance: what was asked about can be done all the same.
    return (
      <ExpandableSection
        variant="footer"
        headerText="What this changes is not shown: you have no permission for fleetkey:PreviewPolicyChange"
      >
        <Refused refusal={refusal} header="The change cannot be previewed" onRetry={onRetry} />
      </ExpandableSection>
    )
  }
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The change cannot be previewed" onRetry={onRetry} />
  }
  if (preview === undefined) {
    return (
      <Box>
        <Spinner /> Trying out who gains and who loses…
      </Box>
    )
  }
  const { Changes, ChangeCount } = preview
  const untried = untriedInWords(preview)
  return (
    <div aria-live="polite">
      <SpaceBetween size="s">
        <StatusIndicator type={ChangeCount === 0 ? 'success' : 'warning'}>
          {changeInWords(preview)}
        </StatusIndicator>
        {untried !== undefined && <StatusIndicator type="warning">{untried}</StatusIndicator>}
        {linesOf(preview).map((line) => (
          <Box key={`${line.principalArns.join(' ')} ${line.says}`}>
            <Badge color={line.isGain ? 'green' : 'red'}>{line.isGain ? 'gains' : 'loses'}</Badge>{' '}
            <Principals arns={line.principalArns} />
            {`: ${line.says}`}
          </Box>
        ))}
        {Changes.length > 0 && (
          <ExpandableSection headerText="Each of them">
            <EachChange preview={preview} />
          </ExpandableSection>
        )}
      </SpaceBetween>
    </div>
  )
}

/** More names than this are a number: the table has them. */
const NAMED = 3

function Principals({ arns }: { readonly arns: readonly string[] }) {
  if (arns.length > NAMED) return <>{`${arns.length} principals`}</>
  return arns.map((arn, at) => (
    <Fragment key={arn}>
      {at > 0 && ', '}
      <Principal arn={arn} />
    </Fragment>
  ))
}

function EachChange({ preview: { Changes, ChangeCount } }: { readonly preview: Preview }) {
  return (
    <>
      <Table
        variant="embedded"
        items={Changes.slice(0, SHOWN)}
        wrapLines
        ariaLabels={{ tableLabel: 'Logins gained and lost' }}
        columnDefinitions={[
          {
            id: 'change',
            header: 'Change',
            cell: (one) => (
              <Badge color={isGain(one) ? 'green' : 'red'}>{isGain(one) ? 'gains' : 'loses'}</Badge>
            ),
          },
          { id: 'who', header: 'Who', cell: (one) => <Principal arn={one.PrincipalArn} /> },
          {
            id: 'instance',
            header: 'Instance',
            cell: (one) => (
              <RouteLink to={`/instances/${one.InstanceId}`}>{nameOfInstance(one)}</RouteLink>
            ),
          },
          { id: 'user', header: 'OS user', cell: (one) => one.InstanceOSUser },
          {
            id: 'decision',
            header: 'Before → after',
            cell: ({ Before, After }) => `${Before} → ${After}`,
          },
        ]}
      />
      {ChangeCount > SHOWN && <Box>{`And ${ChangeCount - SHOWN} more.`}</Box>}
    </>
  )
}
