import Alert from '@cloudscape-design/components/alert'
import Autosuggest from '@cloudscape-design/components/autosuggest'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Multiselect from '@cloudscape-design/components/multiselect'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { tagProblem } from '@fleetkey/domain/instance'
import { DEFAULT_SITE } from '@fleetkey/domain/site'
import type { Asked } from '../../../api/use-answer.ts'
import { attachable } from '../../security-groups/attach-groups.ts'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import type { RuleFrom } from '../../security-groups/rule-draft.ts'
import { SourceField } from '../../security-groups/source-field.tsx'
import { groupsProblem, type WantedGroups, type WantedInstance } from './wanted-instance.ts'

interface PlaceProps {
  readonly wanted: WantedInstance
  readonly groups: Asked<readonly ListedGroup[]>
  readonly onChange: (change: Partial<WantedInstance>) => void
}

/** Where the host stands, and who may open a connection to it. */
export function PlaceForm({ wanted, groups, onChange }: PlaceProps) {
  const { site } = wanted
  const sites = [...new Set((groups.value ?? []).map((group) => group.site))]
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
            onChange={({ detail }) =>
              onChange({
                site: detail.value,
                ...(wanted.groups.kind === 'existing' && { groups: NO_GROUP }),
              })
            }
          />
        </FormField>
        {groups.refusal === undefined && (
          <SpaceBetween size="m">
            <FormField
              label="Security groups"
              description="Given to the instance by this page once it has arrived: keep it open until then."
            >
              <RadioGroup
                value={wanted.groups.kind}
                items={[
                  {
                    value: 'none',
                    label: 'None',
                    description: 'The default one of its site: its firewall decides.',
                  },
                  { value: 'new', label: 'Create one that allows SSH from …' },
                  { value: 'existing', label: 'Select existing ones' },
                ]}
                onChange={({ detail }) => onChange({ groups: groupsOf(detail.value) })}
              />
            </FormField>
            <ChosenGroups wanted={wanted} groups={groups} onChange={onChange} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  )
}

const NO_GROUP: WantedGroups = { kind: 'none' }

function groupsOf(kind: string): WantedGroups {
  switch (kind) {
    case 'new':
      return { kind, source: { from: 'custom', range: '' }, isEnforced: false }
    case 'existing':
      return { kind, groupIds: [] }
    default:
      return NO_GROUP
  }
}

/** What EC2's wizard offers, and whoever pushes a key. */
const FROMS: readonly RuleFrom[] = ['my-ip', 'custom', 'anywhere-4', 'anywhere-6', 'grant']

function ChosenGroups({ wanted, groups, onChange }: PlaceProps) {
  const chosen = wanted.groups
  switch (chosen.kind) {
    case 'none':
      return undefined
    case 'new': {
      const { source, isEnforced } = chosen
      // What nobody has written yet is no mistake.
      const isUntouched = source.range === '' && source.rangeUnknown === undefined
      const problem = groupsProblem(chosen)
      return (
        <SpaceBetween size="m">
          <FormField
            label="Allow SSH from"
            constraintText={
              source.from === 'my-ip' && source.range !== ''
                ? 'As the control plane sees you now. It may change when you move.'
                : undefined
            }
            errorText={isUntouched ? undefined : problem}
          >
            <SourceField
              source={source}
              offered={FROMS}
              onChange={(next) => onChange({ groups: { ...chosen, source: next } })}
            />
          </FormField>
          <Checkbox
            checked={isEnforced}
            description="Without it the host lets everybody in, and reports whom the rule would have cut (observe)."
            onChange={({ detail }) =>
              onChange({ groups: { ...chosen, isEnforced: detail.checked } })
            }
          >
            Cut new connections from elsewhere at once (enforce)
          </Checkbox>
          {isEnforced && source.from !== 'grant' && (
            <Alert type="info">
              Terminals of this console come from the control plane, which the group lets in as
              well.
            </Alert>
          )}
        </SpaceBetween>
      )
    }
    case 'existing': {
      const all = groups.value ?? []
      return (
        <FormField label="Existing security groups" errorText={groupsProblem(chosen)}>
          <Multiselect
            options={attachable(all, wanted.site || DEFAULT_SITE).map((group) => ({
              value: group.groupId,
              label: group.name,
              description: `${group.mode ?? ''} · ${group.description}`,
            }))}
            selectedOptions={chosen.groupIds.map((id) => ({
              value: id,
              label: all.find(({ groupId }) => groupId === id)?.name ?? id,
            }))}
            statusType={groups.isLoading ? 'loading' : 'finished'}
            placeholder="Choose security groups"
            empty="This site has no security groups but the default one."
            onChange={({ detail }) =>
              onChange({
                groups: {
                  kind: 'existing',
                  groupIds: detail.selectedOptions.flatMap(({ value }) => value ?? []),
                },
              })
            }
          />
        </FormField>
      )
    }
  }
}
