import BarChart from '@cloudscape-design/components/bar-chart'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { LOGIN_CAUSES, isLoginCause } from '@fleetkey/domain/login-cause'
import { eventsLink } from '../../events/event-query.ts'
import { PUSH_NAMES } from '../../events/push-names.ts'
import { SPANS, type PlottedReason, type Plots, type SpanName } from '../../overview/plots.ts'
import { RouteLink } from '../../ui/route-link.tsx'

const SHOWN = 8

/** Why pushes and logins were refused, most often first; each leads to its events. */
export function CausesChart({
  plots,
  span,
}: {
  readonly plots: Plots | undefined
  readonly span: SpanName
}) {
  const reasons = (plots?.reasons ?? []).slice(0, SHOWN)
  if (reasons.length === 0) return undefined
  return (
    <SpaceBetween size="s">
      <Header variant="h3">Causes of refusals</Header>
      <BarChart
        height={24 + reasons.length * 34}
        horizontalBars
        hideFilter
        hideLegend
        xScaleType="categorical"
        xDomain={reasons.map(({ reason }) => reason)}
        yDomain={[0, Math.max(...reasons.map(({ count }) => count))]}
        yTickFormatter={(count) => (Number.isInteger(count) ? count.toLocaleString('en') : '')}
        series={[
          {
            type: 'bar',
            title: 'Refusals',
            data: reasons.map(({ reason, count }) => ({ x: reason, y: count })),
          },
        ]}
        detailPopoverFooter={(reason) => {
          const found = reasons.find((one) => one.reason === reason)
          return found && <ReasonLink reason={found} span={span} />
        }}
        ariaLabel="Causes of refusals"
        xTitle="Cause"
        yTitle="Refusals"
        empty="Nothing was refused."
      />
      <ul aria-label="Causes of refusals" style={{ margin: 0, paddingInlineStart: 20 }}>
        {reasons.map((reason) => (
          <li key={`${reason.of} ${reason.reason}`}>
            <ReasonLink reason={reason} span={span} />
          </li>
        ))}
      </ul>
    </SpaceBetween>
  )
}

function ReasonLink({
  reason: { reason, of, count },
  span,
}: {
  readonly reason: PlottedReason
  readonly span: SpanName
}) {
  const { range } = SPANS[span]
  // A host's cause is no outcome of a call: it is looked for as text.
  const link =
    of === 'login-refused'
      ? eventsLink({ 'event-name': 'KeyRefused', text: reason, range })
      : eventsLink({ 'event-name': PUSH_NAMES, outcome: reason, range })
  const says = isLoginCause(reason) ? ` ${LOGIN_CAUSES[reason].says}` : ''
  return (
    <>
      <RouteLink to={link}>
        {reason} ({count.toLocaleString('en')})
      </RouteLink>
      {says}
    </>
  )
}
