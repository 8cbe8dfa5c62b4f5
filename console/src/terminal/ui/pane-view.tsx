import Button from '@cloudscape-design/components/button'
import { useEffect, useMemo, useRef } from 'react'
import { droppedIn, type Dropped } from '../files/dropped-files.ts'
import { terminals } from '../live/terminals.ts'
import type { Pane } from '../workspace/workspace.ts'
import { PaneNotes } from './pane-notes.tsx'
import { PaneOver } from './pane-over.tsx'
import { Questions } from './questions.tsx'
import { ScreenKeyRow } from './screen-key-row.tsx'
import { usePlaceName } from './place-name.ts'
import { useLive } from './use-live.ts'

/** One terminal: its screen, what is to be known of it above, and what is over it while it is not live. */
export function PaneView({
  pane,
  isActive,
  isAlone,
  number,
  onClose,
  onDropFiles,
}: {
  readonly pane: Pane
  readonly isActive: boolean
  readonly isAlone: boolean
  /** Which of the tab's panes it is, from 1 on: two may be on one instance. */
  readonly number: number
  readonly onClose: () => void
  readonly onDropFiles: (dropped: Promise<Dropped>) => void
}) {
  // The terminal of a pane is one for all of its life; the pane's other members change.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const live = useMemo(() => terminals.of(pane), [pane.id])
  const view = useLive(live)
  const name = usePlaceName(pane)
  const section = useRef<HTMLElement>(null)
  const place = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (place.current === null) return undefined
    return live.mount(place.current)
  }, [live])

  useEffect(() => {
    const panes = section.current?.parentElement
    if (!isActive || !panes) return undefined
    live.screen.focus()
    // In sight too, also when a phone's keyboard takes most of the room. xterm takes the focus without a look at where it is.
    const observer = new ResizeObserver(() => section.current?.scrollIntoView({ block: 'nearest' }))
    observer.observe(panes)
    return () => observer.disconnect()
  }, [isActive, live])

  return (
    // What is dropped can be pasted and picked too, and the focus only says which pane is meant.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={section}
      className="terminal-pane"
      aria-label={`Terminal ${number}, ${name}`}
      data-active={isActive}
      data-alone={isAlone}
      onFocus={() => {
        if (!isActive) terminals.activate(pane.id)
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault()
      }}
      onDrop={(event) => {
        event.preventDefault()
        const { dataTransfer } = event
        const text = dataTransfer.getData('text/plain')
        if (dataTransfer.types.includes('Files')) onDropFiles(droppedIn(dataTransfer))
        else if (text !== '') live.paste(text)
      }}
    >
      {!isAlone && (
        <div className="terminal-pane-head">
          <span>
            {name}
            {view.title !== '' && ` – ${view.title}`}
          </span>
          <Button
            variant="inline-icon"
            iconName="close"
            ariaLabel={`Close pane ${number}, ${name}`}
            onClick={onClose}
          />
        </div>
      )}
      <PaneNotes live={live} view={view} />
      <div className="terminal-place" ref={place} />
      <PaneOver live={live} view={view} pane={pane} onClose={onClose} />
      <Questions live={live} question={view.question} />
      {isActive && <ScreenKeyRow live={live} view={view} />}
    </section>
  )
}
