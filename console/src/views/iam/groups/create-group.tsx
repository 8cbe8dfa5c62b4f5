import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Page } from '../../../ui/page.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import type { Policy, User } from '../api/shapes.ts'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { ChoosePolicies } from '../parts/choose-policies.tsx'
import { ChooseUsers } from '../parts/choose-users.tsx'
import { leftOutWords, type Step } from '../parts/steps.ts'
import { StepsReport } from '../parts/steps-report.tsx'
import { useSteps } from '../parts/use-steps.ts'
import { nameProblem } from '../users/new-user.ts'

/** A new group, with its policies and users. */
export function CreateGroup() {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [users, setUsers] = useState<readonly User[]>([])
  const [policies, setPolicies] = useState<readonly Policy[]>([])
  const creation = useSteps()
  const { taken, isBegun } = creation
  const steps = stepsFor(name, { users, policies })
  const refusal = isBegun ? undefined : taken?.refusal
  const isTaken = refusal?.code === 'EntityAlreadyExists'
  const problem = isTaken ? refusal.message : nameProblem(name, 128)
  const isNamed = name !== '' && nameProblem(name, 128) === undefined
  const follow = async (making: Promise<readonly Step[] | undefined>) => {
    const leftOut = await making
    if (leftOut === undefined) return
    const said = `The group ${name} is created.${leftOutWords(leftOut)}`
    await navigate(pageOf({ kind: 'group', name }), { state: { said } })
  }
  const create = () => void follow(creation.run(steps))
  return (
    <Page title="Create user group" parents={[listOf('group')]}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              variant="link"
              onClick={() =>
                void navigate(isBegun ? pageOf({ kind: 'group', name }) : '/iam/groups')
              }
            >
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!isNamed}
              loading={creation.isRunning}
              onClick={create}
            >
              {isBegun ? 'Go on' : 'Create user group'}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Name</Header>}>
            <FormField
              label="Group name"
              constraintText="Up to 128 letters, digits and + = , . @ - _"
              errorText={problem}
            >
              <Input
                value={name}
                disabled={isBegun}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => {
                  setName(detail.value.trim())
                  creation.forget()
                }}
              />
            </FormField>
          </Container>
          {/* What is being made is as it was chosen. */}
          {!isBegun && (
            <>
              <Container>
                <ChooseUsers selected={users} onSelect={setUsers} />
              </Container>
              <Container>
                <ChoosePolicies selected={policies} onSelect={setPolicies} />
              </Container>
            </>
          )}
          {users.length > 0 && policies.length > 0 && taken === undefined && (
            <Container header={<Header variant="h2">Logins that this changes</Header>}>
              {!isNamed && 'Shown as soon as the group has a name.'}
              <CallsPreview calls={isNamed ? steps : []} />
            </Container>
          )}
          {taken !== undefined && !isTaken && (
            <Container header={<Header variant="h2">Creating</Header>}>
              <StepsReport
                taken={taken}
                isRunning={creation.isRunning}
                onRetry={create}
                {...(isBegun && { onLeaveOut: () => void follow(creation.leaveOut()) })}
              />
            </Container>
          )}
        </SpaceBetween>
      </Form>
    </Page>
  )
}

/** Policies before users: whoever comes in has what the group denies from the first moment on. */
function stepsFor(
  GroupName: string,
  { users, policies }: { readonly users: readonly User[]; readonly policies: readonly Policy[] },
): readonly Step[] {
  return [
    { says: `Create the group ${GroupName}`, operation: 'CreateGroup', input: { GroupName } },
    ...policies.map(({ PolicyName, Arn }) => ({
      says: `Attach the policy ${PolicyName}`,
      operation: 'AttachGroupPolicy',
      input: { GroupName, PolicyArn: Arn },
    })),
    ...users.map(({ UserName }) => ({
      says: `Add ${UserName}`,
      operation: 'AddUserToGroup',
      input: { GroupName, UserName },
    })),
  ]
}
