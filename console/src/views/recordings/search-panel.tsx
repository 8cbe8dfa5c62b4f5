import { escapeActing } from '@fleetkey/domain/acting-characters'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useRef, useState, type Ref } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { clockText } from '../../recordings/clock-text.ts'
import {
  MOST_FOUND,
  searchRecording,
  type Found,
} from '../../recordings/playing/search-recording.ts'
import { Refusal } from '../../ui/refusal.tsx'
import type { PlayerScreen } from './player-screen.ts'

interface Search {
  readonly text: string
  readonly found: readonly Found[]
  readonly state: 'running' | 'done' | 'stopped'
  /** Of the recording, in whole percent. */
  readonly searched: number
  readonly refusal?: ApiRefusal
}

/** Where a text appears in the recording, to go there. */
export function SearchPanel({
  player,
  field,
}: {
  readonly player: PlayerScreen
  readonly field: Ref<InputProps.Ref>
}) {
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState<Search>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const look = async (text: string) => {
    const stop = new AbortController()
    const last = running.current
    running.current = stop
    last?.abort()
    if (text === '') return setSearch(undefined)
    let now: Search = { text, found: [], state: 'running', searched: 0 }
    const tell = (change: Partial<Search>) => setSearch((now = { ...now, ...change }))
    tell({})
    stop.signal.addEventListener('abort', () => {
      // Another one may run by now.
      if (running.current === stop) tell({ state: 'stopped' })
    })
    try {
      for await (const part of searchRecording(player.pages, text, stop.signal)) {
        const { bytes } = player.pages.extent
        const searched = Math.floor((100 * part.searchedBytes) / Math.max(1, bytes))
        if (part.found.length === 0 && searched === now.searched) continue
        tell({ found: [...now.found, ...part.found], searched })
      }
      tell({ state: 'done' })
    } catch (error) {
      if (!stop.signal.aborted) tell({ state: 'stopped', refusal: asRefusal(error) })
    }
  }
  return (
    <Container header={<Header variant="h2">Search</Header>}>
      <SpaceBetween size="s">
        <Grid gridDefinition={[{ colspan: { default: 9 } }, { colspan: { default: 3 } }]}>
          <Input
            ref={field}
            type="search"
            ariaLabel="Text to find in the recording"
            placeholder="sudo, error, a file name …"
            value={typed}
            onChange={({ detail }) => setTyped(detail.value)}
            onKeyDown={({ detail }) => {
              if (detail.key === 'Enter') void look(typed.trim())
            }}
          />
          <Button
            fullWidth
            onClick={() => void look(typed.trim())}
            loading={search?.state === 'running'}
          >
            Find
          </Button>
        </Grid>
        {search?.state === 'running' && (
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <StatusIndicator type="loading">{search.searched} % searched</StatusIndicator>
            <Button variant="inline-link" onClick={() => running.current?.abort()}>
              Cancel
            </Button>
          </SpaceBetween>
        )}
        <Refusal refusal={search?.refusal} header="It was not searched to its end" />
        <div aria-live="polite">
          {search !== undefined && (search.state !== 'running' || search.found.length > 0) && (
            <Box variant="small">{foundText(search)}</Box>
          )}
        </div>
        {search !== undefined && search.found.length > 0 && (
          <ul className="recording-found">
            {search.found.map(({ at, before, match, after }, index) => (
              // Places are in their order, and two may be alike.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index}>
                <Button
                  variant="inline-link"
                  onClick={() => {
                    player.playback.pause()
                    void player.playback.seek(at)
                  }}
                >
                  {clockText(at)}
                </Button>{' '}
                <code>
                  {escapeActing(before)}
                  <mark>{escapeActing(match)}</mark>
                  {escapeActing(after)}
                </code>
              </li>
            ))}
          </ul>
        )}
      </SpaceBetween>
    </Container>
  )
}

function foundText({ text, found, state, searched }: Search): string {
  const count = found.length === 1 ? '1 place' : `${found.length} places`
  if (found.length === MOST_FOUND) return `The first ${count} for “${text}”`
  if (state === 'done') return `${count} for “${text}”`
  // What is read aloud does not change with each of them.
  if (state === 'running') return `“${text}” was found; looking for more`
  return `${count} for “${text}” in the first ${searched} %: the rest was not searched`
}
