import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { LiveTerminal, Question } from '../live/live-terminal.ts'
import { useEffect } from 'react'
import { LARGE_PASTE, shownPaste, type PasteConcern } from '../paste/paste-concern.ts'

/** More is not shown of a paste: who pastes megabytes looks at how it begins. */
const SHOWN = 20_000

/** What is asked before it is done: several lines, characters that act, a link. */
export function Questions({
  live,
  question,
}: {
  readonly live: LiveTerminal
  readonly question: Question | undefined
}) {
  const isAsked = question !== undefined
  useEffect(() => {
    if (!isAsked) return undefined
    // A dialog gives the focus back when it goes, to nowhere where a key opened it: the terminal takes it after that.
    return () => void setTimeout(() => live.screen.focus())
  }, [isAsked, live])
  if (question === undefined) return undefined
  switch (question.kind) {
    case 'paste':
      return (
        <Asked title="Paste this?" yes="Paste" onAnswer={(isYes) => live.answer(isYes)}>
          <Box variant="p">{pasteText(question.concern, question.text.length)}</Box>
          {question.concern.acting.length > 0 && (
            <Alert type="warning">
              It has characters that act instead of being seen ({question.concern.acting.join(', ')}
              ). They are left out.
            </Alert>
          )}
          {/* Long texts are scrolled by keys too. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className="terminal-paste" tabIndex={0} aria-label="The text">
            {shownPaste(question.text.slice(0, SHOWN))}
            {question.text.length > SHOWN && '…'}
          </pre>
        </Asked>
      )
    case 'no-paste':
      return (
        <Asked title="This is not pasted" yes={undefined} onAnswer={() => live.answer(false)}>
          <Box variant="p">
            It has {question.characters.toLocaleString('en')} characters. A shell takes so much
            slowly or not at all: send it as a file, by the button Files.
          </Box>
        </Asked>
      )
    case 'link':
      return (
        <Asked
          title="Open this address?"
          yes="Open in a new tab"
          onAnswer={(isYes) => live.answer(isYes)}
        >
          <Box variant="p">A program on the host shows this link. It leads to</Box>
          <pre className="terminal-paste">{question.address.href}</pre>
          {question.address.warnings.map((warning) => (
            <Alert key={warning} type="warning">
              {warning}
            </Alert>
          ))}
        </Asked>
      )
    case 'no-link':
      return (
        <Asked title="This link is not opened" yes={undefined} onAnswer={() => live.answer(false)}>
          <Box variant="p">Only addresses that begin with http:// or https:// are. It is</Box>
          <pre className="terminal-paste">{shownPaste(question.text.slice(0, SHOWN))}</pre>
        </Asked>
      )
  }
}

function Asked({
  title,
  yes,
  onAnswer,
  children,
}: {
  readonly title: string
  /** Undefined where there is nothing to do. */
  readonly yes: string | undefined
  readonly onAnswer: (isYes: boolean) => void
  readonly children: React.ReactNode
}) {
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close"
      onDismiss={() => onAnswer(false)}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={() => onAnswer(false)}>
              {yes === undefined ? 'Close' : 'Cancel'}
            </Button>
            {yes !== undefined && (
              <Button variant="primary" onClick={() => onAnswer(true)}>
                {yes}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">{children}</SpaceBetween>
    </Modal>
  )
}

function pasteText({ lines, isEnded }: PasteConcern, characters: number): string {
  const size =
    characters > LARGE_PASTE ? ` It has ${characters.toLocaleString('en')} characters.` : ''
  if (lines > 1) {
    return `It has ${lines} lines. A shell may run each of them as soon as it has it.${size}`
  }
  return isEnded
    ? `It is one line and its end: a shell may run it as soon as it has it.${size}`
    : `It is one line.${size}`
}
