import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useCallback, useState } from 'react'
import { flushSync } from 'react-dom'
import { useNavigate, useParams } from 'react-router'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { Page } from '../../../ui/page.tsx'
import { listOf, named, NOUNS, pageOf, WORDS, type Holder, type HolderKind } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import { useHome } from '../api/use-home.ts'
import { checkPolicy } from '../editor/check-policy.ts'
import { isOfText } from '../editor/is-of-text.ts'
import { PolicyWorkbench } from '../editor/policy-workbench.tsx'
import { SavePolicy } from '../editor/save-policy.tsx'
import { shownDocument } from '../editor/shown-document.ts'
import { NEW_POLICY } from '../editor/starters.ts'
import { ownPolicies } from '../parts/held-policies.ts'
import { Refused } from '../parts/refused.tsx'
import { Unsaved } from '../parts/unsaved.tsx'
import { nameProblem } from '../users/new-user.ts'

/** A policy that belongs to one user, group or role: a new one, or one that is there. */
function InlinePolicy({ kind }: { readonly kind: HolderKind }) {
  const { name = '', policy } = useParams()
  const holder: Holder = { kind, name }
  const { value, refusal, reload } = useAnswer(`inline ${kind} ${name} ${policy}`, async (signal) =>
    policy === undefined
      ? { PolicyDocument: undefined }
      : iam<{ PolicyDocument: string | undefined }>(
          `Get${NOUNS[kind]}Policy`,
          { ...named(holder), PolicyName: policy },
          signal,
        ),
  )
  return (
    <Page
      title={policy ?? `New inline policy of ${name}`}
      parents={[listOf(kind), { text: name, href: pageOf(holder) }]}
      description={`Inline policy of the ${WORDS[kind]} ${name}.`}
    >
      <Refused
        refusal={refusal}
        header="The policy cannot be shown"
        notThere={{
          what: 'inline policy',
          list: { text: `Policies of ${name}`, href: pageOf(holder) },
        }}
        onRetry={reload}
      />
      {value === undefined ? (
        refusal === undefined && <Spinner />
      ) : (
        <InlineEditor
          key={`${name} ${policy}`}
          holder={holder}
          policyName={policy}
          document={value.PolicyDocument}
        />
      )}
    </Page>
  )
}

function InlineEditor({
  holder,
  policyName,
  document,
}: {
  readonly holder: Holder
  /** Undefined: a new one. */
  readonly policyName: string | undefined
  readonly document: string | undefined
}) {
  const navigate = useNavigate()
  const home = useHome()
  const before = document === undefined ? undefined : shownDocument(document)
  const [text, setText] = useState(before ?? NEW_POLICY)
  const [name, setName] = useState(policyName ?? '')
  const [isSaving, setSaving] = useState(false)
  const [isSaved, setSaved] = useState(false)
  const [refused, setRefused] = useState<{ readonly text: string; readonly message: string }>()
  const act = useAct(async () => {
    const input = { ...named(holder), PolicyName: name, PolicyDocument: text }
    try {
      await iam(`Put${NOUNS[holder.kind]}Policy`, input)
    } catch (error) {
      if (isOfText(error)) setRefused({ text, message: error.message })
      throw error
    }
  })
  const close = useCallback(() => setSaving(false), [])
  const save = async () => {
    if (!(await act.run())) return
    // Rendered first: what is saved may be left.
    flushSync(() => setSaved(true))
    await navigate(pageOf(holder), { state: { said: `The inline policy ${name} is saved.` } })
  }
  const taken = useAnswer(`names ${holder.kind} ${holder.name}`, (signal) =>
    policyName === undefined ? ownPolicies(holder, signal) : Promise.resolve([]),
  )
  // Put under that name it would take the place of the other, unseen.
  const isTaken = taken.value?.some((one) => one.arn === undefined && one.name === name) ?? false
  const problem = isTaken
    ? 'There is an inline policy of that name: open it to change it, or choose another name.'
    : nameProblem(name, 128)
  const isReady =
    name !== '' && problem === undefined && text !== before && checkPolicy(text, 'identity').isValid
  return (
    <SpaceBetween size="l">
      <Unsaved when={text !== (before ?? NEW_POLICY) && !isSaved} />
      {policyName === undefined && (
        <Container header={<Header variant="h2">Name</Header>}>
          <FormField
            label="Policy name"
            constraintText="Up to 128 letters, digits and + = , . @ - _"
            errorText={problem}
          >
            <Input
              value={name}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => setName(detail.value.trim())}
            />
          </FormField>
        </Container>
      )}
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={() => void navigate(pageOf(holder))}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  disabled={!isReady}
                  onClick={() => {
                    act.forget()
                    setSaving(true)
                  }}
                >
                  Review and save
                </Button>
              </SpaceBetween>
            }
          >
            Permissions
          </Header>
        }
      >
        <PolicyWorkbench
          value={text}
          onChange={setText}
          kind="identity"
          home={home}
          first={policyName === undefined ? 'visual' : 'json'}
          refused={refused?.text === text ? refused.message : undefined}
        />
      </Container>
      {isSaving && (
        <SavePolicy
          title={`Save the inline policy ${name}?`}
          before={before}
          after={text}
          target={{ ...named(holder), PolicyName: name }}
          act={act}
          onSave={() => void save()}
          onClose={close}
        />
      )}
    </SpaceBetween>
  )
}

export const UserInlinePolicy = () => <InlinePolicy kind="user" />
export const GroupInlinePolicy = () => <InlinePolicy kind="group" />
export const RoleInlinePolicy = () => <InlinePolicy kind="role" />
