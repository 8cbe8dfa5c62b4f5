import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAct } from '../../../api/use-act.ts'
import { Page } from '../../../ui/page.tsx'
import { policyPage } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Policy, Tag } from '../api/shapes.ts'
import { useHome } from '../api/use-home.ts'
import { checkPolicy } from '../editor/check-policy.ts'
import { PolicyWorkbench } from '../editor/policy-workbench.tsx'
import { NEW_POLICY } from '../editor/starters.ts'
import { Refused } from '../parts/refused.tsx'
import { TagsInput } from '../parts/tags-panel.tsx'
import { Unsaved } from '../parts/unsaved.tsx'
import { nameProblem } from '../users/new-user.ts'

/** A new managed policy. Nobody has it yet: who gains what shows when it is attached. */
export function CreatePolicy() {
  const navigate = useNavigate()
  const home = useHome()
  const [text, setText] = useState(NEW_POLICY)
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [tags, setTags] = useState<readonly Tag[]>([])
  const [asked, setAsked] = useState('')
  const act = useAct(async () => {
    setAsked(text)
    const given = tags.filter(({ Key }) => Key !== '')
    const { Policy: made } = await iam<{ Policy: Policy }>('CreatePolicy', {
      PolicyName: name,
      PolicyDocument: text,
      ...(description !== '' && { Description: description }),
      ...(given.length > 0 && { Tags: given }),
    })
    await navigate(policyPage(made.Arn), { state: { said: `The policy ${name} is created.` } })
  })
  const { refusal } = act
  const isTaken = refusal?.code === 'EntityAlreadyExists'
  const isMalformed = refusal?.code === 'MalformedPolicyDocument'
  const problem = isTaken ? refusal.message : nameProblem(name, 128)
  const isReady =
    name !== '' && nameProblem(name, 128) === undefined && checkPolicy(text, 'managed').isValid
  return (
    <Page title="Create policy" parents={[{ text: 'Policies', href: '/iam/policies' }]}>
      <Unsaved when={text !== NEW_POLICY && !act.isRunning} />
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => void navigate('/iam/policies')}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!isReady}
              loading={act.isRunning}
              onClick={() => void act.run()}
            >
              Create policy
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Permissions</Header>}>
            <PolicyWorkbench
              value={text}
              onChange={setText}
              kind="managed"
              home={home}
              first="visual"
              refused={isMalformed && asked === text ? refusal.message : undefined}
            />
          </Container>
          <Container header={<Header variant="h2">Details</Header>}>
            <SpaceBetween size="m">
              <FormField
                label="Policy name"
                constraintText="Up to 128 letters, digits and + = , . @ - _"
                errorText={problem}
              >
                <Input
                  value={name}
                  autoComplete={false}
                  spellcheck={false}
                  onChange={({ detail }) => {
                    setName(detail.value.trim())
                    act.forget()
                  }}
                />
              </FormField>
              <FormField label="Description" description="It cannot be changed later, as in AWS.">
                <Input
                  value={description}
                  onChange={({ detail }) => setDescription(detail.value)}
                />
              </FormField>
              <FormField label="Tags" stretch>
                <TagsInput tags={tags} onChange={setTags} />
              </FormField>
            </SpaceBetween>
          </Container>
          {!isTaken && <Refused refusal={refusal} header="The policy was not created" />}
        </SpaceBetween>
      </Form>
    </Page>
  )
}
