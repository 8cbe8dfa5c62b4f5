import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Grid from '@cloudscape-design/components/grid'
import type { InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useRef } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useAnswer } from '../../api/use-answer.ts'
import { parseClock } from '../../recordings/clock-text.ts'
import { getRecording, type ShownRecording } from '../../recordings/recording.ts'
import { isNotThere, NotThere } from '../../ui/not-there.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { Player } from './player.tsx'
import { PLAYER_KEYS } from './player-keys.ts'
import { RecordingFacts } from './recording-facts.tsx'
import { SearchPanel } from './search-panel.tsx'
import { usePlayer } from './use-player.ts'

const LIST = { text: 'Recordings', href: '/recordings' }

/** One recording, played. That somebody plays it is on record. */
export function RecordingPage() {
  const { id = '' } = useParams()
  const { value, refusal, reload } = useAnswer(id, (signal) => getRecording(id, signal))
  return (
    <Page
      title={value === undefined ? 'Recording' : titleOf(value)}
      parents={[LIST]}
      description={value && 'That you play it is on record.'}
      actions={value?.State === 'running' && <WatchButton terminalId={value.TerminalId} />}
    >
      <SpaceBetween size="l">
        {refusal !== undefined && isNotThere(refusal) ? (
          <NotThere
            what="recording"
            list={LIST}
            because="It may have been deleted, or it was older than recordings are kept. Either is in the event history, as DeleteRecording or RecordingExpired."
          />
        ) : (
          <Refusal
            refusal={refusal}
            header="The recording is not shown"
            askFor="fleetkey:GetRecording"
            onRetry={reload}
          />
        )}
        {value !== undefined && <Played recording={value} />}
        {value === undefined && refusal === undefined && <Spinner />}
      </SpaceBetween>
    </Page>
  )
}

const titleOf = ({ UserName, InstanceOSUser, InstanceName, InstanceId }: ShownRecording) =>
  `${UserName} as ${InstanceOSUser} on ${InstanceName ?? InstanceId}`

function Played({ recording }: { readonly recording: ShownRecording }) {
  const [search] = useSearchParams()
  const player = usePlayer(recording.RecordingId, parseClock(search.get('t')) ?? 0)
  const field = useRef<InputProps.Ref>(null)
  return (
    <SpaceBetween size="l">
      <Grid
        gridDefinition={[{ colspan: { default: 12, l: 9 } }, { colspan: { default: 12, l: 3 } }]}
      >
        <Container>
          {player === undefined ? (
            <Spinner />
          ) : (
            <Player
              player={player}
              seconds={recording.Seconds ?? 0}
              onSearch={() => field.current?.focus()}
            />
          )}
        </Container>
        <SpaceBetween size="l">
          {player !== undefined && <SearchPanel player={player} field={field} />}
          <ExpandableSection headerText="Keys" variant="container">
            {PLAYER_KEYS.map(([key, does]) => (
              <Box key={key}>
                <kbd>{key}</kbd>: {does}
              </Box>
            ))}
          </ExpandableSection>
        </SpaceBetween>
      </Grid>
      <Container>
        <RecordingFacts recording={recording} />
      </Container>
    </SpaceBetween>
  )
}

function WatchButton({ terminalId }: { readonly terminalId: string }) {
  const navigate = useNavigate()
  return (
    <Button onClick={() => void navigate(`/recordings/live/${terminalId}`)}>Watch it live</Button>
  )
}
