import { printable, table } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'
import { wrap } from '../wrap.ts'
import { outcomeText, wentWrong, type EventView } from './event-view.ts'

/** Names of instances by id, for records that have none. */
export type InstanceNames = ReadonlyMap<string, string>

const HEADINGS = ['TIME', 'WHO', 'ACTION', 'INSTANCE', 'OS USER', 'KEY', 'OUTCOME']
const INDENT = '    '
/** Without knowing what comes: what times, names and ids mostly need. */
const FOLLOW_WIDTHS = [19, 13, 18, 19, 10, 50]

/** A line for each, and below it why it was refused. */
export function eventTable(
  screen: Screen,
  events: readonly EventView[],
  names: InstanceNames,
): string {
  const rows = events.map((event) => row(event, names))
  const [headings, ...lines] = fitting(screen, rows).trimEnd().split('\n')
  const shown = events.map((event, index) => withReasons(screen, event, lines[index] ?? ''))
  return `${headings}\n${shown.join('')}`
}

/** The same for one that has no table around it yet. */
export function eventLine(screen: Screen, event: EventView, names: InstanceNames): string {
  // An agent's id is its instance's, which stands two columns further on.
  const cells = row(event, names).map((cell) => cell.replace(/^(agent\/.{6}).+$/, '$1…'))
  const widths = cells.map((_, column) => ' '.repeat(FOLLOW_WIDTHS[column] ?? 0))
  return withReasons(screen, event, table(widths, [cells]).replace(/^.*\n/, '').trimEnd())
}

function row(event: EventView, names: InstanceNames): readonly string[] {
  const { instanceId } = event
  const known = event.instanceName ?? (instanceId && names.get(instanceId))
  return [
    localTime(event.time),
    event.who,
    event.action,
    known ?? instanceId ?? '-',
    event.osUser ?? '-',
    event.fingerprint ?? '-',
    outcomeText(event),
  ]
}

/** A fingerprint is half of a line: where the terminal is too narrow for the table it is shown by its beginning, as the id of a token. */
function fitting(screen: Screen, rows: readonly (readonly string[])[]): string {
  const whole = table(HEADINGS, rows)
  const width = screen.width?.() ?? Infinity
  if (whole.split('\n').every((line) => line.length <= width)) return whole
  const shorter = (cell: string) =>
    cell.replace(/^(SHA256:.{6}|join-token\/.{6}|agent\/.{6}).+$/, '$1…')
  return table(
    HEADINGS,
    rows.map((cells) => cells.map(shorter)),
  )
}

function withReasons(screen: Screen, event: EventView, line: string): string {
  const outcome = printable(outcomeText(event))
  const painted =
    wentWrong(event) && line.endsWith(outcome)
      ? `${line.slice(0, -outcome.length)}${screen.paintOut.bad(outcome)}`
      : line
  return `${painted}\n${reasonLines(screen, event)}`
}

/** Below the event that they explain; wrapped for a terminal, whole for grep. */
function reasonLines(screen: Screen, { reasons }: EventView): string {
  const width = screen.width?.()
  const columns =
    width === undefined ? Infinity : Math.max(20, Math.min(width, 120) - INDENT.length)
  return reasons
    .flatMap((reason) => wrap(printable(reason), columns))
    .map((line) => `${INDENT}${screen.paintOut.faint(line)}\n`)
    .join('')
}
