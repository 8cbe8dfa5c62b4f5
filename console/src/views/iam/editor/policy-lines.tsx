import type { DiffLine } from '@fleetkey/iam/line-difference'
import { useShownMode } from './use-shown-mode.ts'
import './policy-editor.css'

export interface PolicyLine {
  readonly kind: DiffLine['kind']
  /** Of the line, in each text that is shown; undefined in one that does not have it. */
  readonly numbers: readonly (number | undefined)[]
  readonly text: string
}

/** Policies line by line, to be read. */
export function PolicyLines({
  lines,
  label,
}: {
  readonly lines: readonly PolicyLine[]
  readonly label: string
}) {
  const mode = useShownMode()
  return (
    <section
      className="policy-editor policy-lines"
      data-mode={mode}
      aria-label={label}
      // It scrolls, so the keyboard must get there.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table>
        <tbody>
          {lines.map(({ kind, numbers, text }, index) => (
            <tr key={index} data-kind={kind}>
              {numbers.map((number, side) => (
                <td key={side} className="policy-line-number">
                  {number}
                </td>
              ))}
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
