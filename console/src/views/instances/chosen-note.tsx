import Button from '@cloudscape-design/components/button'

/** Once a whole page is chosen, the way to all that fit; and back. How many are chosen stands behind the heading. */
export function ChosenNote({
  chosen,
  fitting,
  isPageChosen,
  areAllChosen,
  onAll,
  onNone,
}: {
  /** How many are chosen. */
  readonly chosen: number
  /** How many fit the filter, on all pages. */
  readonly fitting: number
  readonly isPageChosen: boolean
  /** Of those that fit. */
  readonly areAllChosen: boolean
  readonly onAll: () => void
  readonly onNone: () => void
}) {
  return (
    <span aria-live="polite">
      {chosen > 1 && (
        <>
          {isPageChosen && !areAllChosen && (
            <>
              <Button variant="inline-link" onClick={onAll}>
                Choose all {fitting.toLocaleString('en')} that fit
              </Button>{' '}
            </>
          )}
          <Button variant="inline-link" onClick={onNone}>
            Choose none
          </Button>
        </>
      )}
    </span>
  )
}
