import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Dropped } from '../files/dropped-files.ts'
import { FilesPanel } from '../files/files-panel.tsx'
import { areFilesMoving, filePlace } from '../files/terminal-transfers.ts'
import { isOver, sessionOf } from '../connection/connection-state.ts'
import { terminals } from '../live/terminals.ts'
import { activePane, type Pane } from '../workspace/workspace.ts'
import { KeysModal } from './keys-modal.tsx'
import { PaneView } from './pane-view.tsx'
import { RunningTerminals } from './running-terminals.tsx'
import { SearchBar } from './search-bar.tsx'
import { SettingsModal } from './settings-modal.tsx'
import { TabBar } from './tab-bar.tsx'
import { useWorkspace } from './use-live.ts'
import './terminal.css'

/**
 * All terminals of the page, in tabs and panes.
 * @param empty is shown while there are none
 */
export function TerminalWorkspace({ empty }: { readonly empty: ReactNode }) {
  const workspace = useWorkspace()
  const page = useFillWindow()
  const tools = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  /** How often it was asked for, so that asking again leads back to its field; 0: not shown. */
  const [searching, setSearching] = useState(0)
  const [areKeysOpen, setKeysOpen] = useState(false)
  const [areSettingsOpen, setSettingsOpen] = useState(false)
  const [isRunningOpen, setRunningOpen] = useState(false)
  const [areFilesOpen, setFilesOpen] = useState(false)
  const [dropped, setDropped] = useState<Promise<Dropped>>()
  const [closing, setClosing] = useState<readonly Pane[]>([])
  const front = workspace.tabs.find(({ id }) => id === workspace.activeTab)
  const active = activePane(workspace)

  useEffect(() => {
    terminals.onAct = (act) => {
      const pane = activePane(terminals.workspace())
      if (act === 'search') setSearching((count) => count + 1)
      if (act === 'help') setKeysOpen(true)
      if (act === 'leave') tools.current?.querySelector('button')?.focus()
      if (act === 'copy' && pane !== undefined) terminals.of(pane).copy()
    }
    return () => {
      terminals.onAct = () => {}
    }
  }, [])

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (areFilesMoving()) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [])

  // By Tab nobody comes there: in the terminals on the way it is the shell's.
  useEffect(() => {
    if (areFilesOpen) body.current?.querySelector<HTMLElement>('.terminal-side')?.focus()
  }, [areFilesOpen])

  /** Another shell has the keys: it is to be seen. */
  const uncover = () => {
    if (matchMedia(FILES_COVER).matches) setFilesOpen(false)
  }
  /** Asks only where a shell would go on without anybody. */
  const close = (panes: readonly Pane[]) => {
    const running = panes.filter((pane) => isRunning(pane))
    if (running.length === 0) for (const { id } of panes) terminals.close(id)
    else setClosing(panes)
  }

  return (
    <div className="terminal-page" ref={page}>
      <h1 className="terminal-unseen">Terminals</h1>
      <div className="terminal-bar">
        <TabBar onClose={(tab) => close(tab.panes)} />
        {/* What reads the page aloud is told by the terminal itself. */}
        <span className="terminal-leave" aria-hidden>
          Ctrl+F6 leaves the terminal
        </span>
        <div
          className="terminal-tools"
          ref={tools}
          role="toolbar"
          aria-label="Tools of the terminal"
        >
          {active !== undefined && (
            <>
              <Button
                variant="icon"
                iconName="search"
                ariaLabel="Search"
                onClick={() => setSearching((count) => count + 1)}
              />
              <Button
                variant="icon"
                iconName="folder"
                ariaLabel={areFilesOpen ? 'Close the files' : 'Files'}
                onClick={() => setFilesOpen(!areFilesOpen)}
              />
              <ButtonDropdown
                variant="icon"
                ariaLabel="More"
                expandToViewport
                items={[
                  { id: 'new', text: 'Another terminal on this instance' },
                  { id: 'row', text: 'Split to the right' },
                  { id: 'column', text: 'Split downwards' },
                  { id: 'running', text: 'Running terminals…' },
                  { id: 'keys', text: 'Keyboard shortcuts' },
                  { id: 'end', text: 'End the shell' },
                  { id: 'close', text: 'Close' },
                ]}
                onItemClick={({ detail }) => {
                  switch (detail.id) {
                    case 'new':
                      uncover()
                      return terminals.open(active)
                    case 'row':
                    case 'column':
                      uncover()
                      return terminals.split(detail.id)
                    case 'running':
                      return setRunningOpen(true)
                    case 'keys':
                      return setKeysOpen(true)
                    case 'end':
                      return terminals.of(active).end()
                    default:
                      return close([active])
                  }
                }}
              />
            </>
          )}
          <Button
            variant="icon"
            iconName="settings"
            ariaLabel="Terminal settings"
            onClick={() => setSettingsOpen(true)}
          />
        </div>
      </div>
      {front === undefined || active === undefined ? (
        <div className="terminal-none">{empty}</div>
      ) : (
        <div className="terminal-body" ref={body}>
          {searching > 0 && (
            <SearchBar
              key={`${active.id} ${searching}`}
              live={terminals.of(active)}
              onClose={() => setSearching(0)}
            />
          )}
          <div className="terminal-panes" data-direction={front.direction}>
            {front.panes.map((pane, at) => (
              <PaneView
                key={pane.id}
                pane={pane}
                isActive={pane.id === active.id}
                isAlone={front.panes.length === 1}
                number={at + 1}
                onClose={() => close([pane])}
                onDropFiles={(files) => {
                  terminals.activate(pane.id)
                  setFilesOpen(true)
                  setDropped(files)
                }}
              />
            ))}
          </div>
          {areFilesOpen && active.terminalId !== undefined && (
            <FilesPanel
              key={active.terminalId}
              place={filePlace({ ...active, terminalId: active.terminalId })}
              dropped={dropped}
              onTaken={() => setDropped(undefined)}
              onClose={() => {
                setFilesOpen(false)
                focusFront()
              }}
            />
          )}
        </div>
      )}
      {areKeysOpen && (
        <KeysModal
          onClose={() => {
            setKeysOpen(false)
            focusFront()
          }}
        />
      )}
      {areSettingsOpen && <SettingsModal onClose={() => setSettingsOpen(false)} />}
      {isRunningOpen && (
        <Modal
          visible
          size="large"
          header="Your terminals"
          closeAriaLabel="Close"
          onDismiss={() => setRunningOpen(false)}
        >
          <RunningTerminals onTaken={() => setRunningOpen(false)} />
        </Modal>
      )}
      {closing.length > 0 && <ClosingModal panes={closing} onDone={() => setClosing([])} />}
    </div>
  )
}

/** Where the files are over the terminals, not beside them: as in the style. */
const FILES_COVER = '(max-width: 688px)'

function ClosingModal({
  panes,
  onDone,
}: {
  readonly panes: readonly Pane[]
  readonly onDone: () => void
}) {
  const leave = (isEnd: boolean) => {
    for (const pane of panes) {
      if (isEnd) terminals.of(pane).end()
      terminals.close(pane.id)
    }
    onDone()
  }
  return (
    <Modal
      visible
      header={panes.length === 1 ? 'End this shell?' : `End these ${panes.length} shells?`}
      closeAriaLabel="Close"
      onDismiss={onDone}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onDone}>
              Cancel
            </Button>
            <Button onClick={() => leave(false)}>Leave running</Button>
            <Button variant="primary" onClick={() => leave(true)}>
              End
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      What is left running can be taken up again, here or on another device, from the list of your
      running terminals. Without a device it is ended after a while.
    </Modal>
  )
}

/** Where a key opened it, a dialog gives the focus back to nowhere. */
function focusFront(): void {
  const pane = activePane(terminals.workspace())
  if (pane !== undefined) setTimeout(() => terminals.of(pane).screen.focus())
}

function isRunning(pane: Pane): boolean {
  const { connection } = terminals.of(pane).view
  return !isOver(connection) && sessionOf(connection) !== undefined
}

/** As high as the window below it, also where a phone's keyboard takes half of it, and where something comes and goes above it. */
function useFillWindow(): React.RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const fill = () => {
      const element = page.current
      if (element === null) return
      const top = element.getBoundingClientRect().top + scrollY
      element.style.height = `${(visualViewport?.height ?? innerHeight) - top}px`
    }
    fill()
    addEventListener('resize', fill)
    visualViewport?.addEventListener('resize', fill)
    // Whatever moves it makes something around it higher or lower. In a frame of its own: of what is around it, it changes the size in turn.
    const observer = new ResizeObserver(() => requestAnimationFrame(fill))
    for (let around = page.current?.parentElement; around; around = around.parentElement) {
      observer.observe(around)
    }
    return () => {
      observer.disconnect()
      removeEventListener('resize', fill)
      visualViewport?.removeEventListener('resize', fill)
    }
  }, [])
  return page
}
