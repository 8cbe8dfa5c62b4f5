import { lineDifference, type DiffLine } from '@fleetkey/iam/line-difference'
import { PolicyLines } from './policy-lines.tsx'

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' }

/** What is other in a policy than it was, line by line. */
export function PolicyDiff({
  before,
  after,
  label,
}: {
  readonly before: string
  readonly after: string
  readonly label: string
}) {
  const lines = lineDifference(before, after).map((line) => ({
    kind: line.kind,
    numbers: [
      line.kind === 'added' ? undefined : line.before,
      line.kind === 'removed' ? undefined : line.after,
    ],
    text: `${SIGNS[line.kind]} ${line.text}`,
  }))
  return <PolicyLines lines={lines} label={label} />
}
