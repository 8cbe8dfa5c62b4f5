import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import { useEffect, useState } from 'react'
import { useFocusFirst } from '../../ui/use-focus-first.ts'
import type { LiveTerminal } from '../live/live-terminal.ts'
import { MOST_FOUND, type SearchResult } from '../screen/xterm-screen.ts'

/** Searches what the terminal shows and what was scrolled out of it. */
export function SearchBar({
  live,
  onClose,
}: {
  readonly live: LiveTerminal
  readonly onClose: () => void
}) {
  const [text, setText] = useState(() => searchFor(live.screen.selection))
  const [isCaseSensitive, setCaseSensitive] = useState(false)
  const [isRegex, setRegex] = useState(false)
  const [isPattern, setPattern] = useState(true)
  const [found, setFound] = useState<SearchResult>({ index: -1, count: 0 })

  const field = useFocusFirst<InputProps.Ref>()
  useEffect(() => live.screen.onFound(setFound), [live])
  const find = (direction: 'next' | 'previous') =>
    setPattern(live.screen.find({ text, isCaseSensitive, isRegex }, direction))
  // What is looked for, or how, has changed: the last one of it is shown.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => find('previous'), [live, text, isCaseSensitive, isRegex])
  const close = () => {
    live.screen.endSearch()
    onClose()
  }

  return (
    <search className="terminal-search">
      <Input
        type="search"
        ariaLabel="Search the terminal"
        placeholder="Search"
        ref={field}
        value={text}
        invalid={!isPattern}
        onChange={({ detail }) => setText(detail.value)}
        onKeyDown={({ detail }) => {
          if (detail.key === 'Enter') find(detail.shiftKey ? 'next' : 'previous')
          if (detail.key === 'Escape') close()
        }}
      />
      <output>{countText(text, isPattern, found)}</output>
      <Checkbox
        checked={isCaseSensitive}
        ariaLabel="Tell capitals from small letters"
        onChange={({ detail }) => setCaseSensitive(detail.checked)}
      >
        Aa
      </Checkbox>
      <Checkbox
        checked={isRegex}
        ariaLabel="Regular expression"
        onChange={({ detail }) => setRegex(detail.checked)}
      >
        .*
      </Checkbox>
      <Button
        variant="icon"
        iconName="angle-up"
        ariaLabel="Earlier one"
        onClick={() => find('previous')}
      />
      <Button
        variant="icon"
        iconName="angle-down"
        ariaLabel="Later one"
        onClick={() => find('next')}
      />
      <Button variant="icon" iconName="close" ariaLabel="End the search" onClick={close} />
    </search>
  )
}

function countText(text: string, isPattern: boolean, { index, count }: SearchResult): string {
  if (text === '') return ''
  if (!isPattern) return 'no pattern'
  if (count === 0) return 'none'
  const all = count >= MOST_FOUND ? `${count} or more` : `${count}`
  return index < 0 ? all : `${index + 1}/${all}`
}

/** What was selected when it was opened, unless it is more than is looked for. */
const searchFor = (selection: string): string =>
  selection.length > 200 || selection.includes('\n') ? '' : selection
