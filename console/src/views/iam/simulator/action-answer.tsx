import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useAnswer } from '../../../api/use-answer.ts'
import { listAll } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'
import { ExplainedText } from './explained.tsx'
import { contextEntries, type Question } from './question.ts'

interface Result {
  readonly EvalActionName: string
  readonly EvalResourceName: string
  readonly EvalDecision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  readonly MatchedStatements?: readonly {
    readonly SourcePolicyId: string
    readonly StatementId?: string
    readonly StartPosition?: { readonly Line: number; readonly Column: number }
  }[]
  readonly MissingContextValues?: readonly string[]
  readonly Explanation?: string
}

/** What AWS's simulator answers, for each action on each resource; and why. */
export function ActionAnswer({
  question,
  title,
}: {
  readonly question: Extract<Question, { readonly ask: 'action' }>
  readonly title: string
}) {
  const { principal, policy, actions, resources, context } = question
  const entries = contextEntries(context)
  const input = {
    ActionNames: actions,
    ...(resources.length > 0 && { ResourceArns: resources }),
    ...(policy !== '' && { PolicyInputList: [policy] }),
    ...(entries.length > 0 && { ContextEntries: entries }),
    ...(principal !== '' && { PolicySourceArn: principal }),
  }
  const operation = principal === '' ? 'SimulateCustomPolicy' : 'SimulatePrincipalPolicy'
  const { value, refusal, reload } = useAnswer(JSON.stringify(input), (signal) =>
    listAll<Result>({ operation, member: 'EvaluationResults', input }, signal),
  )
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="It cannot be tried out" onRetry={reload} />
  }
  return (
    <Table<Result>
      items={value ?? []}
      loading={value === undefined}
      loadingText="Trying it out"
      wrapLines
      ariaLabels={{ tableLabel: title }}
      header={<Header variant="h2">{title}</Header>}
      columnDefinitions={[
        {
          id: 'action',
          header: 'Action',
          isRowHeader: true,
          cell: ({ EvalActionName }) => EvalActionName,
        },
        { id: 'resource', header: 'Resource', cell: ({ EvalResourceName }) => EvalResourceName },
        {
          id: 'decision',
          header: 'Decision',
          cell: ({ EvalDecision }) => (
            <StatusIndicator type={EvalDecision === 'allowed' ? 'success' : 'error'}>
              {WORDS[EvalDecision]}
            </StatusIndicator>
          ),
        },
        {
          id: 'statements',
          header: 'Matching statements',
          cell: ({ MatchedStatements = [] }) =>
            MatchedStatements.length === 0
              ? 'None'
              : MatchedStatements.map(({ SourcePolicyId, StatementId, StartPosition }) => (
                  <div key={`${SourcePolicyId} ${StatementId}`}>
                    {`${SourcePolicyId}, statement ${StatementId}${StartPosition === undefined ? '' : ` (line ${StartPosition.Line})`}`}
                  </div>
                )),
        },
        {
          id: 'why',
          header: 'Why',
          cell: ({ Explanation = '', MissingContextValues = [] }) => (
            <SpaceBetween size="xs">
              <ExplainedText text={Explanation} />
              {MissingContextValues.length > 0 && (
                <Box variant="small">
                  {`Keys that were asked for and not given: ${MissingContextValues.join(', ')}`}
                </Box>
              )}
            </SpaceBetween>
          ),
        },
      ]}
    />
  )
}

const WORDS: Readonly<Record<Result['EvalDecision'], string>> = {
  allowed: 'Allowed',
  explicitDeny: 'Denied by a Deny',
  implicitDeny: 'Not allowed by anything',
}
