import { useDeferredValue, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Home } from '@fleetkey/iam/lint/finding'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { checkPolicy, refusalOf, type Problem } from './check-policy.ts'
import { completePolicy, type Completion, type CompletionItem } from './complete-policy.ts'
import { levelsByLine, markedText } from './marked-text.ts'
import { ProblemList } from './problem-list.tsx'
import { useShownMode } from './use-shown-mode.ts'
import './policy-editor.css'

/**
 * A policy as JSON. What iam's own parser and linter say about it is marked while one types, listed below with the mend, and a press there
 * goes to the place. Actions, keys and resources are offered between quotes, and by Ctrl+Space.
 */
export function PolicyEditor({
  value,
  onChange,
  kind,
  home,
  label = 'Policy document',
  refused,
}: {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly kind: DocumentKind
  readonly home: Home
  readonly label?: string
  /** What the control plane said against this very text. */
  readonly refused?: string | undefined
}) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const mode = useShownMode()
  const [scroll, setScroll] = useState({ top: 0, left: 0 })
  const [offer, setOffer] = useState<Offer>()
  const checked = useDeferredValue(value)
  const check = useMemo(() => checkPolicy(checked, kind, home), [checked, kind, home])
  const problems = useMemo(
    () =>
      refused === undefined || !check.isValid
        ? check.problems
        : [refusalOf(checked, refused, kind), ...check.problems],
    [check, refused, checked, kind],
  )

  function goTo({ from, to, line }: Problem) {
    const element = area.current
    if (element === null) return
    element.focus()
    element.setSelectionRange(from, to)
    element.scrollTop = Math.max(0, (line - 4) * LINE)
  }

  /** As if it were typed, so that it can be undone. */
  function replace(from: number, to: number, text: string) {
    const element = area.current
    if (element === null) return
    element.focus()
    element.setSelectionRange(from, to)
    if (!document.execCommand('insertText', false, text)) {
      element.setRangeText(text, from, to, 'end')
      onChange(element.value)
    }
  }

  function offerAt(text: string, at: number) {
    const completion = completePolicy(text, at, { kind, home })
    setOffer(completion && { completion, chosen: 0 })
  }

  function take({ completion }: Offer, item: CompletionItem) {
    replace(completion.from, completion.to, item.text)
    setOffer(undefined)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    const { selectionStart, value: text } = event.currentTarget
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      return offerAt(text, selectionStart)
    }
    if (offer === undefined) {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.preventDefault()
        document.execCommand('insertText', false, `\n${indentAt(text, selectionStart)}`)
      }
      return undefined
    }
    const { items } = offer.completion
    const step = STEPS[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const chosen = (offer.chosen + step + items.length) % items.length
      return setOffer({ ...offer, chosen })
    }
    const item = items[offer.chosen]
    // Shift+Tab leaves the editor, as everywhere.
    const isTaken = event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)
    if (isTaken && item !== undefined) {
      event.preventDefault()
      return take(offer, item)
    }
    if (event.key === 'Escape') {
      event.stopPropagation()
      return setOffer(undefined)
    }
    return undefined
  }

  const lines = value.split('\n')
  const levels = levelsByLine(problems)
  const offersId = `${id}-offers`
  return (
    <div>
      <div className="policy-editor" data-mode={mode}>
        <div
          className="policy-editor-gutter"
          style={{ width: `calc(${String(lines.length).length}ch + var(--beside))` }}
          aria-hidden
        >
          <div style={{ transform: `translateY(${-scroll.top}px)` }}>
            {lines.map((_line, index) => (
              <div key={index} data-level={levels.get(index + 1)}>
                {index + 1}
              </div>
            ))}
          </div>
        </div>
        <div className="policy-editor-body">
          <div className="policy-editor-marks" aria-hidden>
            <pre style={{ transform: `translate(${-scroll.left}px, ${-scroll.top}px)` }}>
              {markedText(checked, problems).map(({ text, level }, index) =>
                level === undefined ? (
                  text
                ) : (
                  <mark key={index} data-level={level}>
                    {text}
                  </mark>
                ),
              )}
            </pre>
          </div>
          <textarea
            ref={area}
            id={`${id}-text`}
            aria-label={label}
            aria-invalid={!check.isValid || refused !== undefined}
            aria-describedby={`${id}-problems`}
            aria-autocomplete="list"
            aria-controls={offer && offersId}
            aria-activedescendant={offer && `${offersId}-${offer.chosen}`}
            rows={Math.min(28, Math.max(12, lines.length + 1))}
            wrap="off"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={value}
            onChange={({ target }) => {
              onChange(target.value)
              offerAt(target.value, target.selectionStart)
            }}
            onKeyDown={onKeyDown}
            onBlur={() => setOffer(undefined)}
            onClick={() => setOffer(undefined)}
            onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => {
              setScroll({ top: scrollTop, left: scrollLeft })
              setOffer(undefined)
            }}
          />
          {offer !== undefined && (
            <div
              className="policy-editor-offers"
              // The focus stays in the text: no element of HTML offers what is typed into a text area.
              // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
              role="listbox"
              id={offersId}
              aria-label="What fits here"
              style={placeOf(value, offer.completion.from, scroll)}
            >
              {offer.completion.items.map((item, index) => (
                // The text area has the keys: Enter takes what is chosen.
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
                <div
                  key={item.text}
                  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
                  role="option"
                  tabIndex={-1}
                  id={`${offersId}-${index}`}
                  aria-selected={index === offer.chosen}
                  ref={index === offer.chosen ? intoView : undefined}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => take(offer, item)}
                >
                  {item.text}
                  <small>{item.detail}</small>
                </div>
              ))}
            </div>
          )}
        </div>
      </div>
      <ProblemList
        id={`${id}-problems`}
        check={refused === undefined ? check : { ...check, isValid: false }}
        problems={problems}
        onGoTo={goTo}
        onFix={({ from, to, fix }) => replace(from, to, fix ?? '')}
      />
    </div>
  )
}

interface Offer {
  readonly completion: Completion
  /** Index of the one that Enter takes. */
  readonly chosen: number
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

/** In pixels, as the style has them. */
const LINE = 20
const PADDING = 8

/** What a new line begins with: the indentation of the one before, and more behind what opens. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  const [indent = ''] = /^[ \t]*/.exec(line) ?? []
  return /[[{]\s*$/.test(line) ? `${indent}  ` : indent
}

/** Below the place, as far to the left as it needs to be seen. */
function placeOf(
  text: string,
  at: number,
  scroll: { readonly top: number; readonly left: number },
) {
  const before = text.slice(0, at).split('\n')
  const column = before.at(-1)?.length ?? 0
  return {
    top: PADDING + before.length * LINE - scroll.top,
    left: `clamp(0px, ${PADDING - scroll.left}px + ${column}ch, 100% - min(320px, 100%))`,
  }
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' })
