import { useEffect, useRef, useState } from 'react'
import { terminals } from '../live/terminals.ts'
import type { Tab } from '../workspace/workspace.ts'
import { usePlaceName } from './place-name.ts'
import { useLive, useWorkspace } from './use-live.ts'

/** What is dragged: nothing that another page, or another program, would take for something. */
const DRAGGED = 'application/x-fleetkey-tab'

/** The terminals of the page, as tabs: F2 or a double click names one; it is moved by the mouse, or by Shift and an arrow. */
export function TabBar({ onClose }: { readonly onClose: (tab: Tab) => void }) {
  const { tabs, activeTab } = useWorkspace()
  const bar = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const element = bar.current
    if (element === null) return undefined
    // More tabs than there is room for, and room that is less when a phone is turned: the one in front stays in sight.
    const observer = new ResizeObserver(() => {
      const front = element.querySelector('[data-front=true]')
      front?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [activeTab, tabs.length])

  return (
    <div className="terminal-tabs" role="tablist" aria-label="Terminals" ref={bar}>
      {tabs.map((tab) => (
        <TabOf key={tab.id} tab={tab} isFront={tab.id === activeTab} onClose={() => onClose(tab)} />
      ))}
    </div>
  )
}

function TabOf({
  tab,
  isFront,
  onClose,
}: {
  readonly tab: Tab
  readonly isFront: boolean
  readonly onClose: () => void
}) {
  const [isNaming, setNaming] = useState(false)
  const pane = tab.panes.find(({ id }) => id === tab.activePane) ?? tab.panes[0]
  if (pane === undefined) return undefined
  return (
    <div
      className="terminal-tab"
      data-front={isFront}
      role="presentation"
      draggable={!isNaming}
      onDragStart={({ dataTransfer }) => {
        dataTransfer.setData(DRAGGED, String(tab.id))
        dataTransfer.effectAllowed = 'move'
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault()
      }}
      onDrop={(event) => {
        const dragged = Number(event.dataTransfer.getData(DRAGGED))
        if (dragged === 0) return
        event.preventDefault()
        const ids = terminals.workspace().tabs.map(({ id }) => id)
        terminals.move(dragged, ids.indexOf(tab.id) - ids.indexOf(dragged))
      }}
    >
      {isNaming ? (
        <NameField tab={tab} onDone={() => setNaming(false)} />
      ) : (
        <TabFace
          tab={tab}
          paneId={pane.id}
          isFront={isFront}
          onName={() => setNaming(true)}
          onClose={onClose}
        />
      )}
    </div>
  )
}

function TabFace({
  tab,
  paneId,
  isFront,
  onName,
  onClose,
}: {
  readonly tab: Tab
  readonly paneId: number
  readonly isFront: boolean
  readonly onName: () => void
  readonly onClose: () => void
}) {
  const pane = tab.panes.find(({ id }) => id === paneId) ?? tab.panes[0]
  const place = usePlaceName(pane ?? { instanceId: '', osUser: '' })
  if (pane === undefined) return undefined
  const name = tab.name ?? place
  return (
    <>
      <button
        type="button"
        role="tab"
        className="terminal-tab-name"
        aria-selected={isFront}
        aria-keyshortcuts="F2 Delete Shift+ArrowLeft Shift+ArrowRight"
        tabIndex={isFront ? 0 : -1}
        onClick={() => terminals.activate(pane.id)}
        onDoubleClick={onName}
        onKeyDown={(event) => {
          if (event.key === 'F2') onName()
          if (event.key === 'Delete') onClose()
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : undefined
          if (by === undefined) return
          if (event.shiftKey) terminals.move(tab.id, by)
          else focusBeside(event.currentTarget, by)
        }}
        title={`${place} – F2 names the tab`}
      >
        <TabState paneId={pane.id} name={name} isFront={isFront} />
      </button>
      {/* For the mouse: a list of tabs has nothing but tabs for a screen reader, which closes by Delete or the menu. */}
      <button
        type="button"
        className="terminal-tab-close"
        aria-hidden="true"
        title={`Close ${name}`}
        tabIndex={-1}
        onClick={onClose}
      >
        ×
      </button>
    </>
  )
}

function TabState({
  paneId,
  name,
  isFront,
}: {
  readonly paneId: number
  readonly name: string
  readonly isFront: boolean
}) {
  const { connection, title, hasRung } = useLive(terminals.ofId(paneId))
  return (
    <>
      <span>
        <i className="terminal-dot" data-state={connection.kind} />
        {hasRung && !isFront && '🔔 '}
        {name}
        <span className="terminal-unseen">, {STATES[connection.kind]}</span>
      </span>
      {title !== '' && <span className="terminal-tab-title">{title}</span>}
    </>
  )
}

/** Arrows go from tab to tab, as in every list of tabs (ARIA APG); Enter shows the one that has the focus. */
function focusBeside(tab: HTMLElement, by: 1 | -1): void {
  const tabs = [
    ...(tab.closest('[role=tablist]')?.querySelectorAll<HTMLElement>('[role=tab]') ?? []),
  ]
  tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]?.focus()
}

const STATES = {
  opening: 'connecting',
  repainting: 'connecting',
  live: 'connected',
  lost: 'not reached',
  reconnecting: 'connecting again',
  ended: 'ended',
  refused: 'refused',
} as const

function NameField({ tab, onDone }: { readonly tab: Tab; readonly onDone: () => void }) {
  const [name, setName] = useState(tab.name ?? '')
  const keep = () => {
    terminals.rename(tab.id, name)
    onDone()
  }
  return (
    <input
      aria-label="Name of the tab"
      placeholder="user@instance"
      // It was asked for by the press that made this field.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      maxLength={60}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') onDone()
      }}
    />
  )
}
