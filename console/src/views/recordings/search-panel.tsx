import { escapeActing } from '@fleetkey/domain/acting-characters'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState, type Ref } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { clockText } from '../../recordings/clock-text.ts'
import { searchRecording, type Found } from '../../recordings/playing/search-recording.ts'
import { Refusal } from '../../ui/refusal.tsx'
import type { PlayerScreen } from './player-screen.ts'

interface Search {
  readonly text: string
  readonly found: readonly Found[]
  readonly isDone: boolean
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
    running.current?.abort()
    const stop = new AbortController()
    running.current = stop
    if (text === '') return setSearch(undefined)
    let found: readonly Found[] = []
    setSearch({ text, found, isDone: false })
    try {
      for await (const part of searchRecording(player.pages, text, stop.signal)) {
        if (part.found.length === 0) continue
        found = [...found, ...part.found]
        setSearch({ text, found, isDone: false })
      }
      setSearch({ text, found, isDone: true })
    } catch (error) {
      if (!stop.signal.aborted) setSearch({ text, found, isDone: true, refusal: asRefusal(error) })
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
            loading={search?.isDone === false}
          >
            Find
          </Button>
        </Grid>
        <Refusal refusal={search?.refusal} header="It was not searched to its end" />
        <div aria-live="polite">
          {search !== undefined && (
            <Box variant="small">
              {foundText(search)} for “{search.text}”
            </Box>
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

function foundText({ found, isDone }: Search): string {
  const count = found.length === 1 ? '1 place' : `${found.length} places`
  return isDone ? count : `${count} so far`
}
