import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { Finding } from '@fleetkey/domain/finding'
import { FIXES, type FixName } from '@fleetkey/domain/fix'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { Refusal } from '../../../ui/refusal.tsx'
import { mend, type Question } from './diagnose.ts'
import { FindingsList } from './findings-list.tsx'

/** Shows what the agent would do, has it done once somebody says so, and shows what came of it. */
export function MendDialog({
  question,
  fixes,
  onClose,
}: {
  readonly question: Question
  readonly fixes: readonly FixName[]
  /** With whether anything was done. */
  readonly onClose: (isDone: boolean) => void
}) {
  const plan = useAnswer(`plan ${fixes.join()}`, () => mend(question, fixes, { isDryRun: true }))
  const [done, setDone] = useState<readonly Finding[]>()
  const act = useAct(async () => setDone(await mend(question, fixes, { isDryRun: false })))
  const steps = plan.value ?? []
  const canBeDone = steps.some(({ state }) => state !== 'bad')
  return (
    <Modal
      visible
      size="large"
      header={done === undefined ? 'Have the agent mend this?' : 'Done on the host'}
      onDismiss={() => onClose(done !== undefined)}
      footer={
        <Box float="right">
          {done === undefined ? (
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => onClose(false)}>
                Cancel
              </Button>
              <Button
                variant="primary"
                disabled={!canBeDone}
                loading={act.isRunning}
                onClick={() => void act.run()}
              >
                Have it done
              </Button>
            </SpaceBetween>
          ) : (
            <Button variant="primary" onClick={() => onClose(true)}>
              Examine again
            </Button>
          )}
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={plan.refusal}
          header="The agent was not asked"
          askFor="fleetkey:MendInstance"
          onRetry={() => plan.reload()}
        />
        <Refusal
          refusal={act.refusal}
          header={
            // Where it was away, and where it did not answer in time: it may have mended all, some or nothing.
            act.refusal?.code === 'EC2InstanceUnavailableException'
              ? 'The agent did not say that it is done'
              : 'It was not done'
          }
          askFor="fleetkey:MendInstance"
        />
        {done === undefined && (
          <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
            {fixes.map((fix) => (
              <li key={fix}>
                {fix}: {FIXES[fix]}
              </li>
            ))}
          </ul>
        )}
        {plan.isLoading && <Spinner />}
        {done === undefined && steps.length > 0 && (
          <>
            <Box variant="h3">The agent of the host would do this</Box>
            <FindingsList findings={steps} />
          </>
        )}
        {done !== undefined && <FindingsList findings={done} />}
      </SpaceBetween>
    </Modal>
  )
}
