import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { tagProblem } from '@fleetkey/domain/instance'
import { useNavigate } from 'react-router'
import type { Act } from '../../../api/use-act.ts'
import type { Asked } from '../../../api/use-answer.ts'
import { Refusal } from '../../../ui/refusal.tsx'
import { TagEditor } from '../../../ui/tag-editor.tsx'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import { isOnlyHere, serverProblem } from './join-command.ts'
import { PlaceForm } from './place-form.tsx'
import { LIVES, wantedProblem, type WantedInstance } from './wanted-instance.ts'

/** What the host is to be called, and what it gets. */
export function AddForm({
  wanted,
  groups,
  act,
  onChange,
  onSubmit,
}: {
  readonly wanted: WantedInstance
  readonly groups: Asked<readonly ListedGroup[]>
  readonly act: Pick<Act<void>, 'isRunning' | 'refusal'>
  readonly onChange: (change: Partial<WantedInstance>) => void
  readonly onSubmit: () => void
}) {
  const navigate = useNavigate()
  const { name, tags, site, server, lifeSeconds } = wanted
  const nameProblem = name === '' ? undefined : tagProblem('Name', name)
  const isComplete = wantedProblem(wanted) === undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isComplete && !act.isRunning) onSubmit()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={() => void navigate('/instances')}>
              Cancel
            </Button>
            <Button variant="primary" loading={act.isRunning} disabled={!isComplete}>
              Make the command
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Name and tags</Header>}>
            <SpaceBetween size="l">
              <FormField label="Name" errorText={nameProblem && `${nameProblem}.`}>
                <Input
                  value={name}
                  placeholder="web-1"
                  onChange={({ detail }) => onChange({ name: detail.value })}
                />
              </FormField>
              <FormField label="Tags" stretch>
                <TagEditor
                  drafts={tags}
                  onChange={(next) => onChange({ tags: next })}
                  empty="No tags beside its name and site. The host itself can never set them."
                />
              </FormField>
            </SpaceBetween>
          </Container>
          <PlaceForm wanted={wanted} groups={groups} onChange={onChange} />
          <Container header={<Header variant="h2">Join token</Header>}>
            <SpaceBetween size="l">
              <FormField
                label="Life of the token"
                description="A one-time secret: good for one host, within this time."
              >
                <Select
                  options={LIVES.map(({ seconds, text }) => ({
                    value: String(seconds),
                    label: text,
                  }))}
                  selectedOption={{
                    value: String(lifeSeconds),
                    label: LIVES.find(({ seconds }) => seconds === lifeSeconds)?.text ?? '',
                  }}
                  onChange={({ detail }) =>
                    onChange({ lifeSeconds: Number(detail.selectedOption.value) })
                  }
                />
              </FormField>
              <FormField
                label="Control plane"
                description="Its address, as the host reaches it."
                errorText={serverProblem(server)}
                warningText={
                  isOnlyHere(server) && site === ''
                    ? 'Only a host on the very machine of the control plane reaches it there.'
                    : undefined
                }
              >
                <Input
                  value={server}
                  type="url"
                  spellcheck={false}
                  onChange={({ detail }) => onChange({ server: detail.value })}
                />
              </FormField>
            </SpaceBetween>
          </Container>
          {/* Beside what was pressed: the top of the form is out of sight then. */}
          <Refusal
            refusal={act.refusal}
            header="No join token was made"
            askFor="fleetkey:CreateJoinToken"
          />
        </SpaceBetween>
      </Form>
    </form>
  )
}
