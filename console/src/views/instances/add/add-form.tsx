import Autosuggest from '@cloudscape-design/components/autosuggest'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { tagProblem } from '@fleetkey/domain/instance'
import { MAX_GROUPS_PER_INSTANCE } from '@fleetkey/domain/security-group'
import { DEFAULT_SITE } from '@fleetkey/domain/site'
import { useNavigate } from 'react-router'
import type { Act } from '../../../api/use-act.ts'
import type { Asked } from '../../../api/use-answer.ts'
import { Refusal } from '../../../ui/refusal.tsx'
import { TagEditor } from '../../../ui/tag-editor.tsx'
import { attachable } from '../../security-groups/attach-groups.ts'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import { isOnlyHere, serverProblem } from './join-command.ts'
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
  readonly onChange: (wanted: WantedInstance) => void
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
          <Refusal
            refusal={act.refusal}
            header="No join token was made"
            askFor="fleetkey:CreateJoinToken"
          />
          <Container header={<Header variant="h2">Name and tags</Header>}>
            <SpaceBetween size="l">
              <FormField label="Name" errorText={nameProblem && `${nameProblem}.`}>
                <Input
                  value={name}
                  placeholder="web-1"
                  onChange={({ detail }) => onChange({ ...wanted, name: detail.value })}
                />
              </FormField>
              <FormField label="Tags" stretch>
                <TagEditor
                  drafts={tags}
                  onChange={(next) => onChange({ ...wanted, tags: next })}
                  empty="No tags beside its name and site. The host itself can never set them."
                />
              </FormField>
            </SpaceBetween>
          </Container>
          <Place wanted={wanted} groups={groups} onChange={onChange} />
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
                    onChange({ ...wanted, lifeSeconds: Number(detail.selectedOption.value) })
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
                  onChange={({ detail }) => onChange({ ...wanted, server: detail.value })}
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  )
}

function Place({
  wanted,
  groups,
  onChange,
}: {
  readonly wanted: WantedInstance
  readonly groups: Asked<readonly ListedGroup[]>
  readonly onChange: (wanted: WantedInstance) => void
}) {
  const { site, groupIds } = wanted
  const all = groups.value ?? []
  const sites = [...new Set(all.map((group) => group.site))]
  const offered = attachable(all, site || DEFAULT_SITE)
  return (
    <Container header={<Header variant="h2">Place in the network</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Site"
          description="Where the host stands: hosts of a site share an endpoint and security groups. A new name makes a new site."
          errorText={site === '' ? undefined : tagProblem('Site', site)}
        >
          <Autosuggest
            value={site}
            placeholder={DEFAULT_SITE}
            ariaLabel="Site"
            enteredTextLabel={(text) => `New site: ${text}`}
            options={sites.map((value) => ({ value }))}
            onChange={({ detail }) => onChange({ ...wanted, site: detail.value, groupIds: [] })}
          />
        </FormField>
        {groups.refusal === undefined && (
          <FormField
            label="Security groups"
            description="Given to the instance by this page once it has arrived: keep it open until then."
            errorText={
              groupIds.length > MAX_GROUPS_PER_INSTANCE
                ? `An instance has up to ${MAX_GROUPS_PER_INSTANCE} groups.`
                : undefined
            }
          >
            <Multiselect
              options={offered.map((group) => ({
                value: group.groupId,
                label: group.name,
                description: `${group.mode ?? ''} · ${group.description}`,
              }))}
              selectedOptions={groupIds.map((id) => ({
                value: id,
                label: all.find(({ groupId }) => groupId === id)?.name ?? id,
              }))}
              statusType={groups.isLoading ? 'loading' : 'finished'}
              placeholder="The default one: firewalls decide"
              empty="This site has no security groups but the default one."
              onChange={({ detail }) =>
                onChange({
                  ...wanted,
                  groupIds: detail.selectedOptions.flatMap(({ value }) => value ?? []),
                })
              }
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  )
}
