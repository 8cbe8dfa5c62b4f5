import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Tiles from '@cloudscape-design/components/tiles'
import Wizard from '@cloudscape-design/components/wizard'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Page } from '../../../ui/page.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import type { Policy, Tag } from '../api/shapes.ts'
import { useHome } from '../api/use-home.ts'
import { checkPolicy } from '../editor/check-policy.ts'
import { PolicyEditor } from '../editor/policy-editor.tsx'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { ChoosePolicies } from '../parts/choose-policies.tsx'
import { leftOutWords, type Step } from '../parts/steps.ts'
import { StepsReport } from '../parts/steps-report.tsx'
import { TagsInput } from '../parts/tags-panel.tsx'
import { useSteps } from '../parts/use-steps.ts'
import { nameProblem } from '../users/new-user.ts'
import { roleSteps, SESSION_SPANS, type SessionSpan } from './new-role.ts'
import { PrincipalTrustFields, ProviderTrustFields } from './trust-form-fields.tsx'
import {
  lackOf,
  NO_PRINCIPALS,
  NO_PROVIDER,
  writeTrust,
  type PrincipalTrust,
  type ProviderTrust,
} from './trust-form.ts'

type TrustKind = 'provider' | 'principals' | 'custom'

/** A new role, step by step: whom it trusts, what it may do, what it is called. */
export function CreateRole() {
  const navigate = useNavigate()
  const home = useHome()
  const [at, setAt] = useState(0)
  const [isTried, setTried] = useState(false)
  const [kind, setKind] = useState<TrustKind>('provider')
  const [provider, setProvider] = useState<ProviderTrust>(NO_PROVIDER)
  const [principals, setPrincipals] = useState<PrincipalTrust>(NO_PRINCIPALS)
  const [custom, setCustom] = useState(CUSTOM)
  const [policies, setPolicies] = useState<readonly Policy[]>([])
  const [boundary, setBoundary] = useState<readonly Policy[]>([])
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [maxSession, setMaxSession] = useState<SessionSpan>(SESSION_SPANS[0])
  const [tags, setTags] = useState<readonly Tag[]>([])
  const creation = useSteps()
  const { taken, isBegun } = creation

  const form = kind === 'provider' ? provider : principals
  const lack =
    kind === 'custom'
      ? checkPolicy(custom, 'trust').isValid
        ? undefined
        : 'IAM would refuse this trust policy: see below it.'
      : lackOf(form)
  const trust = kind === 'custom' ? custom : writeTrust(form)
  const steps = roleSteps({
    roleName: name,
    trust,
    description,
    maxSessionSeconds: Number(maxSession.value),
    policyArns: policies.map(({ Arn }) => Arn),
    boundaryArn: boundary[0]?.Arn,
    tags,
  })
  const refusal = isBegun ? undefined : taken?.refusal
  const isTaken = refusal?.code === 'EntityAlreadyExists'
  const problem = isTaken ? refusal.message : nameProblem(name)
  const isNamed = name !== '' && nameProblem(name) === undefined

  const follow = async (making: Promise<readonly Step[] | undefined>) => {
    const leftOut = await making
    if (leftOut === undefined) return
    const said = `The role ${name} is created.${leftOutWords(leftOut)}`
    await navigate(pageOf({ kind: 'role', name }), { state: { said } })
  }
  const create = () => {
    if (isNamed) void follow(creation.run(steps))
  }

  return (
    <Page title="Create role" parents={[listOf('role')]}>
      <Wizard
        activeStepIndex={at}
        onNavigate={({ detail }) => {
          if (at === 0 && detail.requestedStepIndex > 0 && lack !== undefined) return setTried(true)
          if (isBegun) return undefined
          creation.forget()
          return setAt(detail.requestedStepIndex)
        }}
        onCancel={() => void navigate(isBegun ? pageOf({ kind: 'role', name }) : '/iam/roles')}
        onSubmit={create}
        isLoadingNextStep={creation.isRunning}
        submitButtonText={isBegun ? 'Go on' : 'Create role'}
        i18nStrings={{
          stepNumberLabel: (number) => `Step ${number}`,
          collapsedStepsLabel: (number, count) => `Step ${number} of ${count}`,
          navigationAriaLabel: 'Steps',
          cancelButton: 'Cancel',
          previousButton: 'Previous',
          nextButton: 'Next',
          optional: 'optional',
        }}
        steps={[
          {
            title: 'Trusted entities',
            ...(isTried && lack !== undefined && { errorText: lack }),
            content: (
              <SpaceBetween size="l">
                <Container>
                  <Tiles
                    ariaLabel="Trusted entity type"
                    columns={3}
                    value={kind}
                    onChange={({ detail }) => setKind(detail.value as TrustKind)}
                    items={[
                      {
                        value: 'provider',
                        label: 'Single sign-on',
                        description: 'People who sign in at your OpenID Connect provider.',
                      },
                      {
                        value: 'principals',
                        label: 'Users and roles',
                        description: 'Of this account.',
                      },
                      {
                        value: 'custom',
                        label: 'Custom trust policy',
                        description: 'As JSON.',
                      },
                    ]}
                  />
                </Container>
                <Container>
                  {kind === 'provider' && (
                    <ProviderTrustFields form={provider} onChange={setProvider} />
                  )}
                  {kind === 'principals' && (
                    <PrincipalTrustFields form={principals} onChange={setPrincipals} />
                  )}
                  {kind === 'custom' && (
                    <PolicyEditor
                      value={custom}
                      onChange={setCustom}
                      kind="trust"
                      home={home}
                      label="Trust policy"
                    />
                  )}
                </Container>
              </SpaceBetween>
            ),
          },
          {
            title: 'Permissions',
            isOptional: true,
            content: (
              <SpaceBetween size="l">
                <Container>
                  <ChoosePolicies selected={policies} onSelect={setPolicies} />
                </Container>
                <ExpandableSection
                  variant="container"
                  headerText="Permissions boundary"
                  headerDescription="The most that the role may ever do."
                >
                  <ChoosePolicies
                    selected={boundary}
                    onSelect={setBoundary}
                    selectionType="single"
                  />
                </ExpandableSection>
              </SpaceBetween>
            ),
          },
          {
            title: 'Name, review and create',
            content: (
              <SpaceBetween size="l">
                <Container header={<Header variant="h2">Role details</Header>}>
                  <SpaceBetween size="m">
                    <FormField
                      label="Role name"
                      constraintText="Up to 64 letters, digits and + = , . @ - _"
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
                    <FormField label="Description">
                      <Input
                        value={description}
                        disabled={isBegun}
                        onChange={({ detail }) => setDescription(detail.value)}
                      />
                    </FormField>
                    <FormField
                      label="Maximum session duration"
                      description="So long somebody keeps the role who has left the group."
                    >
                      <Select
                        options={SESSION_SPANS}
                        disabled={isBegun}
                        selectedOption={maxSession}
                        onChange={({ detail }) =>
                          setMaxSession(
                            SESSION_SPANS.find(
                              ({ value }) => value === detail.selectedOption.value,
                            ) ?? SESSION_SPANS[0],
                          )
                        }
                      />
                    </FormField>
                  </SpaceBetween>
                </Container>
                {!isBegun && (
                  <Container header={<Header variant="h2">Trust policy</Header>}>
                    <PolicyEditor
                      value={trust}
                      onChange={(text) => {
                        // Changed by hand, it is one's own.
                        setCustom(text)
                        setKind('custom')
                      }}
                      kind="trust"
                      home={home}
                      label="Trust policy"
                      refused={
                        refusal?.code === 'MalformedPolicyDocument' ? refusal.message : undefined
                      }
                    />
                  </Container>
                )}
                <Container header={<Header variant="h2">Permissions</Header>}>
                  {policies.length === 0 ? (
                    <StatusIndicator type="info">
                      None yet: the role may do nothing until it has a policy.
                    </StatusIndicator>
                  ) : (
                    policies.map(({ PolicyName }) => PolicyName).join(', ')
                  )}
                </Container>
                {policies.length > 0 && taken === undefined && (
                  <Container
                    header={
                      <Header variant="h2" description="To whoever takes the role.">
                        Logins that this gives
                      </Header>
                    }
                  >
                    {!isNamed && 'Shown as soon as the role has a name.'}
                    <CallsPreview calls={isNamed ? steps : []} />
                  </Container>
                )}
                {!isBegun && (
                  <Container header={<Header variant="h2">Tags</Header>}>
                    <TagsInput tags={tags} onChange={setTags} />
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
            ),
          },
        ]}
      />
    </Page>
  )
}

/** To begin with: it trusts nobody until a principal is named. */
const CUSTOM = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: [] }, Action: 'sts:AssumeRole' }],
  },
  null,
  2,
)
