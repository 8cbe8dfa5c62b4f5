import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import type { Decision } from '../api/shapes.ts'
import { EntityTable } from '../parts/entity-table.tsx'
import { Principal } from '../parts/principal.tsx'
import { DecisionText, ReachPanel } from '../parts/reach-panel.tsx'
import { Refused } from '../parts/refused.tsx'
import { ActionAnswer } from './action-answer.tsx'
import { ExplainedText } from './explained.tsx'
import { contextEntries, type Question } from './question.ts'

/** The answer to a question of the simulator. */
export function Answer({
  question,
  title,
}: {
  readonly question: Question
  /** The question in words. */
  readonly title: string
}) {
  switch (question.ask) {
    case 'reach':
      return <ReachAnswer question={question} title={title} />
    case 'who':
      return <WhoAnswer question={question} title={title} />
    case 'what':
      return (
        <ReachPanel
          arn={question.principal}
          osUser={question.user === '' ? undefined : question.user}
        />
      )
    case 'action':
      return <ActionAnswer question={question} title={title} />
  }
}

type Of<Ask extends Question['ask']> = Extract<Question, { readonly ask: Ask }>

function ReachAnswer({ question, title }: { question: Of<'reach'>; title: string }) {
  const { principal, instance, user, context } = question
  const input = {
    PrincipalArn: principal,
    InstanceId: instance,
    InstanceOSUser: user,
    ...(context.length > 0 && { ContextEntries: contextEntries(context) }),
  }
  const { value, refusal, reload } = useAnswer(JSON.stringify(input), (signal) =>
    call<{ Decision: Decision; Explanation: string }>('fleetkey', 'CheckAccess', input, signal),
  )
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="It cannot be tried out" onRetry={reload} />
  }
  if (value === undefined) return <Spinner />
  return (
    <Container
      header={
        <Header variant="h2" actions={<DecisionText decision={value.Decision} />}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {value.Decision === 'conditional' && (
          <Box>
            It depends on what only the moment tells, such as the address or a second factor. Say it
            under Condition keys, and it is decided.
          </Box>
        )}
        <ExplainedText text={value.Explanation} />
      </SpaceBetween>
    </Container>
  )
}

interface WhoCan {
  readonly PrincipalArn: string
  readonly InstanceOSUser: string
  readonly Decision: Decision
  readonly Explanation: string
}

function WhoAnswer({ question, title }: { question: Of<'who'>; title: string }) {
  const { instance, user } = question
  const input = { InstanceId: instance, ...(user !== '' && { InstanceOSUser: user }) }
  const { value, isLoading, refusal, reload } = useAnswer(JSON.stringify(input), (signal) =>
    call<{ Principals: readonly WhoCan[] }>('fleetkey', 'ListWhoCanReach', input, signal),
  )
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="It cannot be tried out" onRetry={reload} />
  }
  return (
    <EntityTable<WhoCan>
      listed={{ items: value?.Principals ?? NOBODY, isLoading, refusal, reload }}
      title={title}
      noun="users and roles"
      loadingText="Trying everybody out"
      description="And the account root, always."
      nameOf={({ PrincipalArn, InstanceOSUser }) => `${PrincipalArn} as ${InstanceOSUser}`}
      textOf={({ PrincipalArn, InstanceOSUser }) => `${PrincipalArn} ${InstanceOSUser}`}
      empty="Nobody but the account root can."
      columns={[
        {
          id: 'who',
          header: 'Who',
          sortingField: 'PrincipalArn',
          isRowHeader: true,
          cell: ({ PrincipalArn }) => <Principal arn={PrincipalArn} />,
        },
        {
          id: 'user',
          header: 'OS user',
          sortingField: 'InstanceOSUser',
          cell: ({ InstanceOSUser }) => InstanceOSUser,
        },
        {
          id: 'decision',
          header: 'Decision',
          sortingField: 'Decision',
          cell: (one) => <DecisionText decision={one.Decision} />,
        },
        {
          id: 'why',
          header: 'Why',
          cell: ({ Explanation }) => <ExplainedText text={Explanation} />,
        },
      ]}
    />
  )
}

const NOBODY: readonly WhoCan[] = []
