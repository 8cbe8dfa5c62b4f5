import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Form from '@cloudscape-design/components/form'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { Page } from '../../../ui/page.tsx'
import { Answer } from './answers.tsx'
import { findByName, nameOfKnown } from './find-by-name.ts'
import { QuestionFields } from './question-fields.tsx'
import {
  isByIds,
  lackOfQuestion,
  questionInWords,
  readQuestion,
  writeQuestion,
  type Ask,
  type Question,
} from './question.ts'
import { useInstances, usePrincipals, type KnownOnes } from './use-known.ts'

const ASKS: readonly { readonly id: Ask; readonly text: string }[] = [
  { id: 'reach', text: 'Can they reach it?' },
  { id: 'who', text: 'Who can reach it?' },
  { id: 'what', text: 'What can they reach?' },
  { id: 'action', text: 'Any action' },
]

/** Asks what would be decided, and why; nothing is done. The question stands in the URL: a link asks the same. */
export function Simulator() {
  const [params, setParams] = useSearchParams()
  const principals = usePrincipals()
  const instances = useInstances()
  // A policy may be too long for the URL: the question that was asked here is known in full.
  const [last, setLast] = useState<{ readonly question: Question; readonly turn: number }>()
  const key = String(params)
  const isLast = last !== undefined && String(writeQuestion(last.question)) === key
  const asked = isLast ? last.question : readQuestion(params)
  return (
    <Page
      title="Policy simulator"
      description="Asks what would be decided, and why. Nothing is done; that it was asked is in the event history."
    >
      <Simulation
        key={`${key} ${isLast ? last.turn : ''}`}
        asked={asked}
        isJustAsked={isLast}
        principals={principals}
        instances={instances}
        onAsk={(question) => {
          setLast({ question, turn: (last?.turn ?? 0) + 1 })
          setParams(writeQuestion(question))
        }}
      />
    </Page>
  )
}

function Simulation({
  asked,
  isJustAsked,
  principals,
  instances,
  onAsk,
}: {
  readonly asked: Question
  /** By the form above the answer, which may fill the window. */
  readonly isJustAsked: boolean
  readonly principals: KnownOnes
  readonly instances: KnownOnes
  readonly onAsk: (question: Question) => void
}) {
  const [question, setQuestion] = useState(asked)
  const [isTried, setTried] = useState(false)
  const known = [...principals.known, ...instances.known]
  const meant = withIds(question, (typed) => findByName(typed, known)?.id ?? typed)
  const lack = lackOfQuestion(meant)
  // Somebody may write a name into a URL: it is asked once it is known what that means.
  const isClear = isByIds(asked) || !(principals.isLoading || instances.isLoading)
  const resolved = withIds(asked, (typed) => findByName(typed, known)?.id ?? typed)
  const isAsked = isClear && lackOfQuestion(asked) === undefined
  const link = String(writeQuestion(resolved))
  return (
    <SpaceBetween size="l">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (lack === undefined) onAsk(meant)
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit">
              Ask
            </Button>
          }
          errorText={isTried && lack}
        >
          <Container>
            <SpaceBetween size="l">
              <SegmentedControl
                label="What to ask"
                selectedId={question.ask}
                options={ASKS}
                onChange={({ detail }) => setQuestion(ofKind(question, detail.selectedId as Ask))}
              />
              <QuestionFields
                question={question}
                principals={principals}
                instances={instances}
                onChange={setQuestion}
              />
            </SpaceBetween>
          </Container>
        </Form>
      </form>
      {isAsked && (
        <SpaceBetween size="s">
          <div
            aria-live="polite"
            ref={isJustAsked ? goToAnswer : undefined}
            tabIndex={-1}
            style={{ minHeight: isJustAsked ? '60vh' : 0, scrollMarginTop: 80, outline: 'none' }}
          >
            <Answer
              question={resolved}
              title={questionInWords(resolved, (id) => nameOfKnown(id, known))}
            />
          </div>
          <CopyToClipboard
            variant="button"
            copyButtonText="Copy a link to this question"
            textToCopy={`${location.origin}/iam/simulator?${link}`}
            copySuccessText="Copied"
            copyErrorText="The browser did not let it be copied"
          />
          {asked.ask === 'action' && asked.policy !== '' && !writeQuestion(asked).has('policy') && (
            <Alert type="info">
              The policy is too long for a link: it asks the same question without it.
            </Alert>
          )}
        </SpaceBetween>
      )}
    </SpaceBetween>
  )
}

/** What was said already stays where the other kind of question asks for it too. */
function ofKind(question: Question, ask: Ask): Question {
  const params = writeQuestion(question)
  params.set('ask', ask)
  return readQuestion(params)
}

function withIds(question: Question, idOf: (typed: string) => string): Question {
  switch (question.ask) {
    case 'reach':
      return {
        ...question,
        principal: idOf(question.principal),
        instance: idOf(question.instance),
      }
    case 'who':
      return { ...question, instance: idOf(question.instance) }
    case 'what':
    case 'action':
      return { ...question, principal: idOf(question.principal) }
  }
}

/** The form is made anew for what was asked: the focus goes on to the answer. */
function goToAnswer(answer: HTMLElement | null): void {
  answer?.scrollIntoView({ block: 'start' })
  answer?.focus({ preventScroll: true })
}
