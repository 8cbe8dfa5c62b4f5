import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { ACTIONS } from '@fleetkey/iam/actions/catalogue'
import { useHome } from '../api/use-home.ts'
import { ListInput } from '../editor/list-input.tsx'
import { PolicyEditor } from '../editor/policy-editor.tsx'
import { ContextFields } from './context-fields.tsx'
import { KnownInput } from './known-input.tsx'
import type { Question } from './question.ts'
import type { KnownOnes } from './use-known.ts'

const ACTION_OPTIONS = ACTIONS.map(({ name, access }) => ({
  value: name,
  label: name,
  description: access,
}))

/** The fields of a question. */
export function QuestionFields({
  question,
  principals,
  instances,
  onChange,
}: {
  readonly question: Question
  readonly principals: KnownOnes
  readonly instances: KnownOnes
  readonly onChange: (question: Question) => void
}) {
  const who = (value: string, set: (principal: string) => void, label = 'Who') => (
    <KnownInput
      label={label}
      what="user or role"
      placeholder="alice"
      ones={principals}
      value={value}
      onChange={set}
    />
  )
  const where = (value: string, set: (instance: string) => void) => (
    <KnownInput
      label="Instance"
      what="instance"
      placeholder="web-1"
      ones={instances}
      value={value}
      onChange={set}
    />
  )
  const user = (value: string, set: (user: string) => void, description?: string) => (
    <FormField label="OS user" description={description}>
      <Input
        value={value}
        placeholder="root"
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => set(detail.value.trim())}
      />
    </FormField>
  )
  switch (question.ask) {
    case 'reach':
      return (
        <SpaceBetween size="m">
          {who(question.principal, (principal) => onChange({ ...question, principal }))}
          {where(question.instance, (instance) => onChange({ ...question, instance }))}
          {user(question.user, (name) => onChange({ ...question, user: name }))}
          <ContextFields
            context={question.context}
            onChange={(context) => onChange({ ...question, context })}
          />
        </SpaceBetween>
      )
    case 'who':
      return (
        <SpaceBetween size="m">
          {where(question.instance, (instance) => onChange({ ...question, instance }))}
          {user(
            question.user,
            (name) => onChange({ ...question, user: name }),
            'Left out: as anybody.',
          )}
        </SpaceBetween>
      )
    case 'what':
      return (
        <SpaceBetween size="m">
          {who(question.principal, (principal) => onChange({ ...question, principal }))}
          {user(
            question.user,
            (name) => onChange({ ...question, user: name }),
            'Left out: as anybody.',
          )}
        </SpaceBetween>
      )
    case 'action':
      return <ActionFields question={question} who={who} onChange={onChange} />
  }
}

function ActionFields({
  question,
  who,
  onChange,
}: {
  readonly question: Extract<Question, { readonly ask: 'action' }>
  readonly who: (value: string, set: (principal: string) => void, label: string) => React.ReactNode
  readonly onChange: (question: Question) => void
}) {
  const home = useHome()
  const { actions, resources, policy } = question
  return (
    <SpaceBetween size="m">
      {who(
        question.principal,
        (principal) => onChange({ ...question, principal }),
        'Who (left out: the policy below alone)',
      )}
      <FormField label="Actions">
        <Multiselect
          placeholder="Choose actions"
          filteringType="auto"
          virtualScroll
          options={ACTION_OPTIONS}
          selectedOptions={actions.map((name) => ({ value: name, label: name }))}
          deselectAriaLabel={({ label = '' }) => `Take ${label} out`}
          onChange={({ detail }) =>
            onChange({
              ...question,
              actions: detail.selectedOptions.map(({ value = '' }) => value),
            })
          }
        />
      </FormField>
      <ListInput
        label="Resources"
        description="ARNs. Left out: *."
        placeholder="arn:aws:ec2:*:*:instance/i-…"
        values={resources}
        onChange={(next) => onChange({ ...question, resources: next })}
      />
      <ContextFields
        context={question.context}
        onChange={(context) => onChange({ ...question, context })}
      />
      <ExpandableSection
        headerText="A policy to try out"
        headerDescription="Beside what they have, or alone."
        defaultExpanded={policy !== ''}
      >
        <PolicyEditor
          value={policy}
          onChange={(text) => onChange({ ...question, policy: text })}
          kind="identity"
          home={home}
          label="Policy to try out"
        />
      </ExpandableSection>
    </SpaceBetween>
  )
}
