import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import { ApplyFault } from '@fleetkey/iam/apply/apply-fault'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ApiRefusal, asRefusal } from '../../../api/api-refusal.ts'
import { Page } from '../../../ui/page.tsx'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { Refused } from '../parts/refused.tsx'
import { takeSteps, type Progress } from '../parts/steps.ts'
import { Unsaved } from '../parts/unsaved.tsx'
import { ConfirmApply } from './confirm-apply.tsx'
import { FilePanel, PASTED } from './file-panel.tsx'
import { callsOf, faultOf, makePlan, takeStep, type Plan, type Wanted } from './make-plan.ts'
import { PlanPanel } from './plan-panel.tsx'
import { counted } from './plan-words.ts'

/** Users, groups, roles, policies and providers as one file says: the plan, then all of it. */
export function ApplyPage() {
  const [wanted, setWanted] = useState<Wanted>({
    file: { name: PASTED, text: '' },
    policies: [],
    prune: false,
  })
  const [plan, setPlan] = useState<Plan>()
  const [fault, setFault] = useState<ApplyFault | ApiRefusal>()
  const [isPlanning, setPlanning] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [progress, setProgress] = useState<Progress>()
  const [isRunning, setRunning] = useState(false)
  const result = useRef<HTMLDivElement>(null)
  const hasBegun = progress !== undefined
  useEffect(() => {
    // The button that was pressed is gone: whoever has no mouse goes on at what it led to.
    if (plan !== undefined) result.current?.focus()
  }, [plan, hasBegun, isRunning])

  // The same element while it is applied: a plan of a thousand steps is not made calls of again at each of them.
  const preview = useMemo(
    () =>
      plan && <CallsPreview calls={plan.steps.flatMap((step) => callsOf(step, plan.account))} />,
    [plan],
  )
  const isStopped = useRef(false)

  function change(next: Wanted): void {
    setWanted(next)
    forget()
  }

  function forget(): void {
    setPlan(undefined)
    setFault(undefined)
    setProgress(undefined)
  }

  async function showPlan(): Promise<void> {
    forget()
    setPlanning(true)
    try {
      setPlan(await makePlan(wanted))
    } catch (error) {
      setFault(faultOf(error) ?? asRefusal(error))
    } finally {
      setPlanning(false)
    }
  }

  async function apply({ steps, account }: Plan): Promise<void> {
    setAsking(false)
    setRunning(true)
    isStopped.current = false
    let done = 0
    setProgress({ done, refusal: undefined })
    const reached = await takeSteps(steps, 0, async (step) => {
      if (isStopped.current) throw stopped()
      await takeStep(step, account)
      done += 1
      setProgress({ done, refusal: undefined })
    })
    setProgress(reached)
    setRunning(false)
  }

  return (
    <Page
      title="Apply a file"
      description="Users, user groups, roles, policies and identity providers as one file says. You see the plan first; nothing is changed until you apply it."
    >
      <Unsaved
        when={isRunning}
        header="Leave while it is being applied?"
        says="It stops after the step that is under way. Nobody has more rights then than before or than the file says; apply the file again to go on."
      />
      <SpaceBetween size="l">
        <FilePanel wanted={wanted} isDisabled={isRunning} onChange={change} />
        <Fault fault={fault} />
        {plan === undefined && (
          <Button
            variant="primary"
            loading={isPlanning}
            disabled={wanted.file.text.trim() === ''}
            onClick={() => void showPlan()}
          >
            Show the plan
          </Button>
        )}
        <div ref={result} tabIndex={-1} className="apply-result">
          {plan?.steps.length === 0 && (
            <Alert type="success" header="Nothing to change">
              The account is as the file says.
            </Alert>
          )}
          {plan !== undefined && plan.steps.length > 0 && (
            <SpaceBetween size="l">
              <Container
                header={
                  <Header variant="h2" description="Tried out on the policies as they would be.">
                    Who gains and loses which login
                  </Header>
                }
              >
                {preview}
              </Container>
              <Outcome plan={plan} progress={progress} isRunning={isRunning} />
              <SpaceBetween direction="horizontal" size="xs">
                {isRunning ? (
                  <Button onClick={() => (isStopped.current = true)}>Stop</Button>
                ) : (
                  <Button loading={isPlanning} onClick={() => void showPlan()} iconName="refresh">
                    Plan again
                  </Button>
                )}
                {progress === undefined && (
                  <Button variant="primary" onClick={() => setAsking(true)}>
                    {`Apply ${counted(plan.steps.length)}`}
                  </Button>
                )}
              </SpaceBetween>
              <PlanPanel
                steps={plan.steps}
                progress={
                  progress && {
                    done: progress.done,
                    isRunning,
                    isRefused: progress.refusal !== undefined && !isByChoice(progress.refusal),
                  }
                }
              />
            </SpaceBetween>
          )}
        </div>
      </SpaceBetween>
      {isAsking && plan !== undefined && (
        <ConfirmApply
          steps={plan.steps}
          onApply={() => void apply(plan)}
          onClose={() => setAsking(false)}
        />
      )}
    </Page>
  )
}

const STOPPED = 'Stopped'
const stopped = (): ApiRefusal =>
  new ApiRefusal({ code: STOPPED, message: 'You stopped it.', status: 0 })

const isByChoice = ({ code }: ApiRefusal): boolean => code === STOPPED

function Fault({ fault }: { readonly fault: ApplyFault | ApiRefusal | undefined }) {
  if (fault === undefined) return undefined
  if (!(fault instanceof ApplyFault)) {
    return <Refused refusal={fault} header="There is no plan" />
  }
  return (
    <div role="alert">
      {/* Keys and names come from a file. */}
      <Alert type="error" header={escapeActing(fault.message)}>
        {[...fault.why.map((why) => `Because ${why}`), ...fault.todo].map((line) => (
          <Box key={line} variant="p">
            {escapeActing(line)}
          </Box>
        ))}
      </Alert>
    </div>
  )
}

function Outcome({
  plan: { steps },
  progress,
  isRunning,
}: {
  readonly plan: Plan
  readonly progress: Progress | undefined
  readonly isRunning: boolean
}) {
  if (progress === undefined) return undefined
  const { done, refusal } = progress
  if (isRunning) {
    return (
      <ProgressBar
        label="Applying"
        value={Math.round((100 * done) / steps.length)}
        additionalInfo={`${done} of ${counted(steps.length)} made`}
      />
    )
  }
  if (refusal === undefined) {
    return (
      <div aria-live="polite">
        <Alert type="success" header={`${counted(done)} made`}>
          The account is as the file says.
        </Alert>
      </div>
    )
  }
  if (isByChoice(refusal)) {
    return (
      <Alert type="info" header={`You stopped it: ${done} of ${counted(steps.length)} made`}>
        Nobody has more rights than before or than the file says. Plan again to go on.
      </Alert>
    )
  }
  return (
    <SpaceBetween size="s">
      <Refused refusal={refusal} header={`Stopped: ${done} of ${counted(steps.length)} made`} />
      <Box>
        Nobody has more rights than before or than the file says. Mend what was refused, then plan
        again to go on.
      </Box>
    </SpaceBetween>
  )
}
