import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { FixName } from '@fleetkey/domain/fix'
import { isOsUser } from '@fleetkey/domain/os-user'
import type { Verdict } from '@fleetkey/domain/verdict'
import { parseCidr } from '@fleetkey/domain/cidr'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { Command } from '../../../ui/command.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import type { ListedInstance } from '../listed-instance.ts'
import type { Question } from './diagnose.ts'
import { FindingsList } from './findings-list.tsx'
import { fixesFor } from './fixes.ts'
import { MendDialog } from './mend-dialog.tsx'
import { useDoctor } from './use-doctor.ts'

const USER = 'user'
const FROM = 'from'
const AS = 'as'

/** Why a login does not work, or would not: as `fleetkey doctor` says it, but for what only the person's own machine can tell. */
export function DoctorTab({ instance }: { readonly instance: ListedInstance }) {
  const [params, setParams] = useSearchParams()
  const [osUser, setOsUser] = useState(params.get(USER) ?? '')
  const [from, setFrom] = useState(params.get(FROM) ?? '')
  const [as, setAs] = useState(params.get(AS) ?? '')
  const [asked, setAsked] = useState<{ readonly question: Question; readonly turn: number }>()
  const [mending, setMending] = useState<readonly FixName[]>()
  const examination = useDoctor(asked?.question, asked?.turn ?? 0)

  const userProblem =
    osUser === '' || isOsUser(osUser) ? undefined : 'That is no name of an account.'
  const fromProblem = from === '' || isAddress(from) ? undefined : 'Write an IPv4 or IPv6 address.'
  const asProblem =
    as === '' || PRINCIPAL.test(as) ? undefined : 'Write the ARN of a user or a role.'
  const isRunning = examination !== undefined && examination.waitingFor.length > 0
  const run = () => {
    if ([userProblem, fromProblem, asProblem].some((problem) => problem !== undefined)) return
    const question: Question = {
      instanceId: instance.instanceId,
      osUser: osUser === '' ? undefined : osUser,
      from: from === '' ? undefined : from,
      as: as === '' ? undefined : as,
    }
    setAsked((last) => ({ question, turn: (last?.turn ?? 0) + 1 }))
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries({ [USER]: osUser, [FROM]: from, [AS]: as })) {
      if (value === '') next.delete(name)
      else next.set(name, value)
    }
    setParams(next, { replace: true })
  }
  const fixes = examination?.verdict === undefined ? [] : fixesFor(examination.findings)
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header
            variant="h2"
            description="Looks at every link between you and a login: policies, the agent's link, the way there, and the host itself. Changes nothing."
          >
            Why can I not log in?
          </Header>
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            run()
          }}
        >
          <Grid
            gridDefinition={[
              { colspan: { default: 12, s: 3 } },
              { colspan: { default: 12, s: 3 } },
              { colspan: { default: 12, s: 4 } },
              { colspan: { default: 12, s: 2 } },
            ]}
          >
            <FormField
              label="OS user"
              constraintText="Without one, only what is the same for everybody."
              errorText={userProblem}
            >
              <Input
                value={osUser}
                placeholder="ec2-user"
                spellcheck={false}
                autoComplete={false}
                onChange={({ detail }) => setOsUser(detail.value)}
              />
            </FormField>
            <FormField
              label="From address"
              constraintText="Default: yours, as the control plane sees it."
              errorText={fromProblem}
            >
              <Input
                value={from}
                placeholder="203.0.113.9"
                spellcheck={false}
                autoComplete={false}
                onChange={({ detail }) => setFrom(detail.value)}
              />
            </FormField>
            <FormField
              label="As"
              constraintText="ARN of another user or role. Default: yourself."
              errorText={asProblem}
            >
              <Input
                value={as}
                placeholder="arn:aws:iam::111122223333:user/alice"
                spellcheck={false}
                autoComplete={false}
                onChange={({ detail }) => setAs(detail.value.trim())}
              />
            </FormField>
            <Box padding={{ top: 'xl' }}>
              <Button formAction="submit" variant="primary" wrapText={false} loading={isRunning}>
                Examine
              </Button>
            </Box>
          </Grid>
        </form>
      </Container>

      {examination !== undefined && (
        <SpaceBetween size="m">
          <Refusal
            refusal={examination.refusal}
            header="The doctor was not asked"
            askFor={
              asked?.question.as === undefined
                ? 'fleetkey:Diagnose'
                : 'fleetkey:Diagnose and fleetkey:CheckAccess'
            }
          />
          {examination.verdict !== undefined && (
            <VerdictAlert
              verdict={examination.verdict}
              fixes={fixes}
              onMend={() => setMending(fixes)}
            />
          )}
          <Container header={<Header variant="h2">What was found</Header>}>
            <SpaceBetween size="s">
              <FindingsList findings={examination.findings} />
              {examination.waitingFor.length > 0 && (
                <StatusIndicator type="loading">
                  Looking at {examination.waitingFor.join(', ')}
                </StatusIndicator>
              )}
            </SpaceBetween>
          </Container>
          <Box color="text-body-secondary">
            What only your own machine can tell (its ssh, its way to the host, known hosts), this
            says:
            <Command text={doctorCommand(instance, asked?.question)} />
          </Box>
        </SpaceBetween>
      )}
      {mending !== undefined && asked !== undefined && (
        <MendDialog
          question={asked.question}
          fixes={mending}
          onClose={(isDone) => {
            setMending(undefined)
            if (isDone) run()
          }}
        />
      )}
    </SpaceBetween>
  )
}

function VerdictAlert({
  verdict,
  fixes,
  onMend,
}: {
  readonly verdict: Verdict
  readonly fixes: readonly FixName[]
  readonly onMend: () => void
}) {
  const { state, says, cause, others } = verdict
  const further = [...new Set(others.map(({ check }) => check))]
  return (
    <Alert
      type={TYPES[state]}
      header={HEADERS[state]}
      {...(fixes.length > 0 && { action: <Button onClick={onMend}>Fix</Button> })}
    >
      <SpaceBetween size="xxs">
        <bdi>{says}</bdi>
        {cause?.mend !== undefined && <bdi>{cause.mend.says}</bdi>}
        {(cause?.mend?.commands ?? []).map((line) => (
          <Command key={line} text={line} />
        ))}
        {further.length > 0 && <div>Then come into play: {further.join(', ')}.</div>}
      </SpaceBetween>
    </Alert>
  )
}

const TYPES = { good: 'success', bad: 'error', unknown: 'warning' } as const
const HEADERS = {
  good: 'Nothing stops this login',
  bad: 'This is why',
  unknown: 'Not everything could be looked at',
} as const

const PRINCIPAL = /^arn:[a-z0-9-]+:(?:iam|sts)::\d{12}:[\w+=,.@/-]+$/

const isAddress = (text: string): boolean => !text.includes('/') && parseCidr(text) !== undefined

/** The same question to the command. */
function doctorCommand({ instanceId }: ListedInstance, question: Question | undefined): string {
  const { osUser, from, as } = question ?? {}
  return [
    `fleetkey doctor ${instanceId}`,
    ...(osUser === undefined ? [] : [`--os-user '${osUser}'`]),
    ...(from === undefined ? [] : [`--from ${from}`]),
    ...(as === undefined ? [] : [`--as '${as}'`]),
  ].join(' ')
}
