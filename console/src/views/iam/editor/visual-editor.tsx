import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Grid from '@cloudscape-design/components/grid'
import { useState } from 'react'
import {
  EMPTY_RULE,
  readForm,
  ruleInWords,
  writeForm,
  type ConnectRule,
  type PolicyForm,
} from './connect-rules.ts'
import { ListInput } from './list-input.tsx'

/** The common case as a form: who may connect to which instances as whom. It writes the JSON, and reads it back. */
export function VisualEditor({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (text: string) => void
}) {
  // A rule that is half filled in is no rule yet: it is kept here while its JSON is what was written of it.
  const [draft, setDraft] = useState<PolicyForm>()
  const isCurrent = draft !== undefined && writeForm(draft) === value
  const form = isCurrent ? draft : readForm(value)
  const write = (next: PolicyForm) => {
    setDraft(next)
    onChange(writeForm(next))
  }
  if (form === undefined) {
    return (
      <Alert type="info" header="The form does not know this policy">
        It is no JSON yet, or has an Id or an older Version, which a form would lose. Mend it as
        JSON, or start anew:{' '}
        <Button
          variant="inline-link"
          onClick={() => write({ rules: [EMPTY_RULE], seesInstances: true })}
        >
          an empty rule
        </Button>
      </Alert>
    )
  }
  const change = (next: Partial<PolicyForm>) => write({ ...form, ...next })
  const { rules } = form
  return (
    <SpaceBetween size="m">
      {rules.map((rule, index) => (
        <Container
          key={index}
          header={
            <Header
              variant="h3"
              actions={
                <Button
                  ariaLabel={`Remove rule ${index + 1}`}
                  onClick={() => change({ rules: rules.toSpliced(index, 1) })}
                >
                  Remove
                </Button>
              }
              description={rule.kind === 'connect' ? ruleInWords(rule) : undefined}
            >
              {rule.kind === 'connect' ? `Rule ${index + 1}: may connect` : `Rule ${index + 1}`}
            </Header>
          }
        >
          {rule.kind === 'connect' ? (
            <RuleForm rule={rule} onChange={(next) => change({ rules: rules.with(index, next) })} />
          ) : (
            <SpaceBetween size="xs">
              <Box>The form has no fields for this statement. It stays as it is:</Box>
              <Box variant="pre">{JSON.stringify(rule.json, null, 2)}</Box>
            </SpaceBetween>
          )}
        </Container>
      ))}
      <Button iconName="add-plus" onClick={() => change({ rules: [...rules, EMPTY_RULE] })}>
        Add a rule
      </Button>
      <Checkbox
        checked={form.seesInstances}
        onChange={({ detail }) => change({ seesInstances: detail.checked })}
        description="Without it nobody finds a host by its name (ec2:DescribeInstances)."
      >
        May see the list of instances
      </Checkbox>
    </SpaceBetween>
  )
}

function RuleForm({
  rule,
  onChange,
}: {
  readonly rule: ConnectRule
  readonly onChange: (rule: ConnectRule) => void
}) {
  const { tags } = rule
  return (
    <SpaceBetween size="m">
      <FormField
        label="Instances"
        description="Those with all of these tags; of a tag, any of its values. None: every instance."
        stretch
      >
        <SpaceBetween size="xs">
          {tags.map((tag, index) => (
            <Grid
              key={index}
              gridDefinition={[
                { colspan: { default: 12, xxs: 4 } },
                { colspan: { default: 12, xxs: 5 } },
                { colspan: { default: 12, xxs: 3 } },
              ]}
            >
              <FormField label="Tag key">
                <Input
                  value={tag.key}
                  placeholder="env"
                  onChange={({ detail }) =>
                    onChange({ ...rule, tags: tags.with(index, { ...tag, key: detail.value }) })
                  }
                />
              </FormField>
              <ListInput
                label="One of the values"
                placeholder="staging, dev"
                values={tag.values}
                onChange={(values) =>
                  onChange({ ...rule, tags: tags.with(index, { ...tag, values }) })
                }
              />
              <Box padding={{ top: 'xl' }}>
                <Button
                  ariaLabel={`Remove the tag ${tag.key}`}
                  onClick={() => onChange({ ...rule, tags: tags.toSpliced(index, 1) })}
                >
                  Remove
                </Button>
              </Box>
            </Grid>
          ))}
          <Button onClick={() => onChange({ ...rule, tags: [...tags, { key: '', values: [] }] })}>
            Add a tag
          </Button>
        </SpaceBetween>
      </FormField>
      <ListInput
        label="OS users"
        description="As whom they may log in. None: as anybody."
        placeholder="deploy, ec2-user"
        values={rule.osUsers}
        onChange={(osUsers) => onChange({ ...rule, osUsers })}
      />
      <ListInput
        label="From networks"
        description="Addresses in CIDR notation that they must come from. None: from anywhere."
        placeholder="192.0.2.0/24"
        values={rule.networks}
        onChange={(networks) => onChange({ ...rule, networks })}
      />
      <Checkbox
        checked={rule.needsFactor}
        onChange={({ detail }) => onChange({ ...rule, needsFactor: detail.checked })}
      >
        Only with a second factor
      </Checkbox>
    </SpaceBetween>
  )
}
