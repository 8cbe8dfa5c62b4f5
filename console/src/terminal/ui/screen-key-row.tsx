import { SCREEN_KEYS, screenKeyInput, type ScreenKey } from '../keys/screen-keys.ts'
import type { LiveTerminal, LiveView } from '../live/live-terminal.ts'

/** Keys that phones have not. The keyboard of the phone stays open: pressing one does not take the focus. */
export function ScreenKeyRow({
  live,
  view: { isCtrlHeld, isAltHeld, isAnySelected },
}: {
  readonly live: LiveTerminal
  readonly view: LiveView
}) {
  const held: Partial<Readonly<Record<ScreenKey, boolean>>> = { ctrl: isCtrlHeld, alt: isAltHeld }
  const press = (key: ScreenKey) => {
    if (key === 'ctrl') live.hold({ isCtrlHeld: !isCtrlHeld })
    else if (key === 'alt') live.hold({ isAltHeld: !isAltHeld })
    else if (key === 'paste') {
      // A browser asks first, or refuses: then there is nothing to paste.
      void navigator.clipboard.readText().then(
        (text) => live.paste(text),
        () => {},
      )
    } else live.screen.type(screenKeyInput(key, live.screen.hasApplicationCursor))
    live.screen.focus()
  }
  return (
    <div className="terminal-keys" role="toolbar" aria-label="Keys">
      {SCREEN_KEYS.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          className="terminal-key"
          aria-pressed={held[id]}
          aria-label={LABELS[id]}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => press(id)}
        >
          {label}
        </button>
      ))}
      {isAnySelected && (
        <button
          type="button"
          className="terminal-key terminal-key-copy"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => live.copy()}
        >
          Copy
        </button>
      )}
    </div>
  )
}

const LABELS: Partial<Readonly<Record<ScreenKey, string>>> = {
  left: 'Arrow left',
  right: 'Arrow right',
  up: 'Arrow up',
  down: 'Arrow down',
}
