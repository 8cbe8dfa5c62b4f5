import { SCREEN_KEYS, screenKeyInput, type ScreenKey } from '../keys/screen-keys.ts'
import type { LiveTerminal } from '../live/live-terminal.ts'

/** Keys that phones have not. The keyboard of the phone stays open: pressing one does not take the focus. */
export function ScreenKeyRow({
  live,
  isCtrlHeld,
}: {
  readonly live: LiveTerminal
  readonly isCtrlHeld: boolean
}) {
  const press = (key: ScreenKey) => {
    if (key === 'ctrl') live.holdCtrl(!isCtrlHeld)
    else live.screen.type(screenKeyInput(key, live.screen.hasApplicationCursor))
    live.screen.focus()
  }
  return (
    <div className="terminal-keys" role="toolbar" aria-label="Keys">
      {SCREEN_KEYS.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          className="terminal-key"
          aria-pressed={id === 'ctrl' ? isCtrlHeld : undefined}
          aria-label={LABELS[id]}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => press(id)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}

const LABELS: Partial<Readonly<Record<ScreenKey, string>>> = {
  left: 'Arrow left',
  right: 'Arrow right',
  up: 'Arrow up',
  down: 'Arrow down',
}
