import { lineDifference, type DiffLine } from '@fleetkey/iam/line-difference'
import { useShownMode } from './use-shown-mode.ts'
import './policy-editor.css'

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
  const mode = useShownMode()
  const lines = lineDifference(before, after)
  return (
    <section
      className="policy-editor policy-diff"
      data-mode={mode}
      aria-label={label}
      // It scrolls, so the keyboard must get there.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index} data-kind={line.kind}>
              <td>{line.kind === 'added' ? '' : line.before}</td>
              <td>{line.kind === 'removed' ? '' : line.after}</td>
              <td>{`${SIGNS[line.kind]} ${line.text}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
