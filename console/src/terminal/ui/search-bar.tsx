import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Input from '@cloudscape-design/components/input'
import { useEffect, useState } from 'react'
import type { LiveTerminal } from '../live/live-terminal.ts'
import type { SearchResult } from '../screen/xterm-screen.ts'

/** Searches what the terminal shows and what was scrolled out of it. */
export function SearchBar({
  live,
  onClose,
}: {
  readonly live: LiveTerminal
  readonly onClose: () => void
}) {
  const [text, setText] = useState('')
  const [isCaseSensitive, setCaseSensitive] = useState(false)
  const [isRegex, setRegex] = useState(false)
  const [isPattern, setPattern] = useState(true)
  const [found, setFound] = useState<SearchResult>({ index: -1, count: 0 })

  useEffect(() => live.screen.onFound(setFound), [live])
  const find = (direction: 'next' | 'previous', wanted = text) =>
    setPattern(live.screen.find({ text: wanted, isCaseSensitive, isRegex }, direction))
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
        // It was asked for by the key that opened it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        invalid={!isPattern}
        onChange={({ detail }) => {
          setText(detail.value)
          find('previous', detail.value)
        }}
        onKeyDown={({ detail }) => {
          if (detail.key === 'Enter') find(detail.shiftKey ? 'next' : 'previous')
          if (detail.key === 'Escape') close()
        }}
      />
      <output>{countText(text, isPattern, found)}</output>
      <Checkbox
        checked={isCaseSensitive}
        onChange={({ detail }) => setCaseSensitive(detail.checked)}
      >
        Aa
      </Checkbox>
      <Checkbox checked={isRegex} onChange={({ detail }) => setRegex(detail.checked)}>
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
  return index < 0 ? `${count}` : `${index + 1}/${count}`
}
