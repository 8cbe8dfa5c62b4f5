import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import LineChart from '@cloudscape-design/components/line-chart'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo } from 'react'
import { SERIES, SPANS, total, type Plots, type SpanName } from '../../overview/plots.ts'
import { localTime } from '../../ui/time-words.ts'
import { CausesChart } from './causes-chart.tsx'
import type { KnownPlots } from './use-plots.ts'
import { PartRefusal } from './part-refusal.tsx'

/** What happened, over time: pushes, logins, refusals and why. */
export function Activity({
  known,
  span,
  onSpan,
}: {
  readonly known: KnownPlots
  readonly span: SpanName
  readonly onSpan: (span: SpanName) => void
}) {
  const { plots, refusal, reload } = known
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SegmentedControl
              label="Time"
              selectedId={span}
              options={Object.entries(SPANS).map(([id, { title }]) => ({ id, text: title }))}
              onChange={({ detail }) => onSpan(spanOf(detail.selectedId))}
            />
          }
        >
          Pushes and logins
        </Header>
      }
    >
      <SpaceBetween size="m">
        <PartRefusal refusal={refusal} header="Nothing could be counted" onRetry={reload} />
        {refusal === undefined && (
          <SpaceBetween size="m">
            {plots?.countedFrom !== undefined && (
              <Alert type="info">
                There are so many records that only those since{' '}
                {localTime(new Date(plots.countedFrom * 1000))} were counted.
              </Alert>
            )}
            <Totals plots={plots} />
            <OverTime plots={plots} span={span} />
            <CausesChart plots={plots} span={span} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  )
}

function spanOf(id: string): SpanName {
  return id === 'hour' || id === 'week' ? id : 'day'
}

function Totals({ plots }: { readonly plots: Plots | undefined }) {
  return (
    <ColumnLayout columns={4} variant="text-grid" minColumnWidth={120}>
      {SERIES.map(({ name, title }) => (
        <div key={name}>
          <Box variant="awsui-key-label">{title}</Box>
          <Box variant="awsui-value-large">
            {plots === undefined ? '–' : total(plots.counts[name]).toLocaleString('en')}
          </Box>
        </div>
      ))}
    </ColumnLayout>
  )
}

function OverTime({ plots, span }: { readonly plots: Plots | undefined; readonly span: SpanName }) {
  const series = useMemo(
    () => (plots === undefined ? [] : SERIES.map(({ name, title }) => lineOf(plots, name, title))),
    [plots],
  )
  const most = Math.max(1, ...series.flatMap(({ data }) => data.map(({ y }) => y)))
  return (
    <LineChart
      height={220}
      series={series}
      hideFilter
      statusType={plots === undefined ? 'loading' : 'finished'}
      loadingText="Counting"
      xScaleType="time"
      {...(plots !== undefined && {
        xDomain: [
          new Date(plots.start * 1000),
          new Date((plots.start + (plots.counts.pushed.length - 1) * plots.interval) * 1000),
        ],
      })}
      yDomain={[0, most]}
      xTickFormatter={(time) => tickText(time, span)}
      yTickFormatter={(count) => (Number.isInteger(count) ? count.toLocaleString('en') : '')}
      ariaLabel="Pushes, logins and refusals over time"
      xTitle="Time"
      yTitle="Each interval"
      empty="Nothing happened."
    />
  )
}

function lineOf(plots: Plots, name: keyof Plots['counts'], title: string) {
  const { start, interval } = plots
  return {
    title,
    type: 'line' as const,
    data: plots.counts[name].map((y, index) => ({
      x: new Date((start + index * interval) * 1000),
      y,
    })),
  }
}

const TIMES = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false })
const DAYS = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' })

const tickText = (time: Date, span: SpanName): string =>
  span === 'week' ? `${DAYS.format(time)}\n${TIMES.format(time)}` : TIMES.format(time)
