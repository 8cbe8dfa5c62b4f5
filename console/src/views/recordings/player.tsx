import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Select from '@cloudscape-design/components/select'
import Slider from '@cloudscape-design/components/slider'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { asRefusal } from '../../api/api-refusal.ts'
import { clockText, clockWords } from '../../recordings/clock-text.ts'
import { SPEEDS } from '../../recordings/playing/playback.ts'
import { shownTheme } from '../../terminal/settings/kept-settings.ts'
import { THEMES } from '../../terminal/settings/themes.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { pressPlayerKey } from './player-keys.ts'
import type { PlayerScreen } from './player-screen.ts'
import { usePlayback } from './use-player.ts'
import './player.css'

const SPEED_OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))

/** Lists that are open have all keys for themselves. */
const OWN_KEYS = '[role="listbox"], [role="option"]'
/** Pressed by the space bar. */
const OWN_SPACE = 'button, a, input[type="checkbox"]'

/** The screen of a recording and what it is played with. */
export function Player({
  player,
  seconds,
  onSearch,
}: {
  readonly player: PlayerScreen
  /** Of the whole. */
  readonly seconds: number
  readonly onSearch: () => void
}) {
  const { playback } = player
  const { at, isPlaying, isSeeking, isWaiting, isAtEnd, speed, skipsIdle, failure } =
    usePlayback(player)
  const place = useRef<HTMLElement>(null)

  useEffect(() => {
    const element = place.current
    if (element === null) return
    element.style.background = THEMES[shownTheme()].background
    player.mount(element)
    const fit = () => player.fit(element.clientWidth - 24)
    const observer = new ResizeObserver(fit)
    observer.observe(element)
    const stop = player.onResize(fit)
    return () => {
      observer.disconnect()
      stop()
    }
  }, [player])

  const press = (event: KeyboardEvent) => {
    const { target, key } = event
    if (target instanceof Element) {
      if (target.closest(OWN_KEYS) !== null) return
      if (key === ' ' && target.closest(OWN_SPACE) !== null) return
    }
    // The slider's too, whose own steps are so small that nobody gets anywhere by them.
    if (pressPlayerKey(event.nativeEvent, playback, { seconds, onSearch })) event.preventDefault()
  }
  const whole = Math.max(seconds, at)
  const end = Math.max(0.1, Math.ceil(whole * 10) / 10)
  const pace = `${isPlaying ? 'Playing' : 'Paused'}, speed ${speed}×`
  // Where it is while it stands: of one that plays, the time would be read without end.
  const told = isPlaying ? pace : `${pace}, at ${clockWords(at)}`
  const label = isPlaying ? 'Pause' : isAtEnd ? 'Play again' : 'Play'
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- keys of the player, as of a video
    <section className="recording-player" aria-label="Player" tabIndex={0} onKeyDown={press}>
      {failure !== undefined && (
        <Refusal
          refusal={asRefusal(failure)}
          header="It cannot be played from here"
          onRetry={() => void playback.retry()}
        />
      )}
      <figure ref={place} className="recording-screen" aria-label="What the terminal showed" />
      <Slider
        value={at >= whole ? end : tenths(at)}
        min={0}
        max={end}
        step={0.1}
        ariaLabel="Place in the recording"
        ariaDescription={clockWords(at)}
        valueFormatter={clockText}
        onChange={({ detail }) => void playback.seek(detail.value)}
      />
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Button
          iconName={isPlaying ? 'pause' : 'play'}
          variant="primary"
          ariaLabel={label}
          onClick={() => playback.toggle()}
        />
        <Button ariaLabel="−10 s: back" onClick={() => void playback.seekBy(-10)}>
          −10 s
        </Button>
        <Button ariaLabel="+10 s: forward" onClick={() => void playback.seekBy(10)}>
          +10 s
        </Button>
        <span aria-live="off">
          {clockText(at)} / {clockText(whole)}
        </span>
        <Select
          ariaLabel="Speed"
          options={SPEED_OPTIONS}
          selectedOption={SPEED_OPTIONS.find(({ value }) => value === String(speed)) ?? null}
          onChange={({ detail }) => playback.setSpeed(Number(detail.selectedOption.value))}
        />
        <Checkbox checked={skipsIdle} onChange={({ detail }) => playback.skipIdle(detail.checked)}>
          Skip pauses
        </Checkbox>
        <CopyToClipboard
          variant="button"
          copyButtonText="Copy link to here"
          textToCopy={linkTo(at)}
          copySuccessText="The link was copied"
          copyErrorText="The browser did not let it be copied"
        />
        {isSeeking && <StatusIndicator type="loading">On the way there</StatusIndicator>}
        {isWaiting && <StatusIndicator type="loading">Waiting for what comes next</StatusIndicator>}
      </SpaceBetween>
      <div aria-live="polite" className="unseen">
        {told}
      </div>
      {isAtEnd && whole === 0 && <Alert type="info">Nothing was shown.</Alert>}
    </section>
  )
}

/** The slider's steps. */
const tenths = (seconds: number) => Math.floor(seconds * 10) / 10

/** To this page, at this moment of the recording. */
function linkTo(at: number): string {
  const url = new URL(location.href)
  url.search = `?t=${Math.floor(at)}`
  return url.href
}
