import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TokenGroup from '@cloudscape-design/components/token-group'
import Wizard from '@cloudscape-design/components/wizard'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { Page } from '../../../ui/page.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import type { Group, Policy, Tag } from '../api/shapes.ts'
import { ChooseGroups } from '../parts/choose-groups.tsx'
import { ChoosePolicies } from '../parts/choose-policies.tsx'
import { download } from '../parts/download.ts'
import { Secret } from '../parts/secret.tsx'
import { leftOutWords, type Step } from '../parts/steps.ts'
import { StepsReport } from '../parts/steps-report.tsx'
import { TagsInput } from '../parts/tags-panel.tsx'
import { useSteps } from '../parts/use-steps.ts'
import { CopyPermissions } from './copy-permissions.tsx'
import { nameProblem, stepsFor, type InlinePolicy, type NewUser } from './new-user.ts'
import { freshPassword, PasswordFields } from './password-choice.tsx'

/** A new user, step by step. */
export function CreateUser() {
  const navigate = useNavigate()
  const [at, setAt] = useState(0)
  const [userName, setUserName] = useState('')
  const [hasConsole, setHasConsole] = useState(true)
  const [choice, setChoice] = useState(freshPassword)
  const [groups, setGroups] = useState<readonly Group[]>([])
  const [policies, setPolicies] = useState<readonly Policy[]>([])
  const [inline, setInline] = useState<readonly InlinePolicy[]>([])
  const [boundary, setBoundary] = useState<readonly Policy[]>([])
  const [tags, setTags] = useState<readonly Tag[]>([])
  const [isTried, setTried] = useState(false)
  const creation = useSteps()

  const user: NewUser = {
    userName,
    password: hasConsole ? choice.password : undefined,
    mustChange: choice.mustChange,
    groups: groups.map(({ GroupName }) => GroupName),
    policyArns: policies.map(({ Arn }) => Arn),
    inline,
    boundaryArn: boundary[0]?.Arn,
    tags,
  }
  const steps = stepsFor(user)
  const { taken, isBegun } = creation
  const problem =
    nameProblem(userName) ?? (userName === '' && isTried ? 'Give the user a name.' : undefined)
  const passwordProblem =
    hasConsole && choice.password === '' && isTried
      ? 'Give a password, or have one made.'
      : undefined
  const isComplete =
    userName !== '' && problem === undefined && (!hasConsole || choice.password !== '')

  if (taken !== undefined && taken.done === taken.steps.length) {
    return <Created user={user} isGenerated={choice.kind === 'generated'} leftOut={taken.leftOut} />
  }
  return (
    <Page title="Create user" parents={[listOf('user')]}>
      <Wizard
        activeStepIndex={at}
        onNavigate={({ detail }) => {
          if (at === 0 && detail.requestedStepIndex > 0 && !isComplete) return setTried(true)
          // What is made stays made: going back could not change it.
          if (isBegun) return undefined
          creation.forget()
          return setAt(detail.requestedStepIndex)
        }}
        onCancel={() =>
          void navigate(isBegun ? pageOf({ kind: 'user', name: userName }) : '/iam/users')
        }
        onSubmit={() => void creation.run(steps)}
        isLoadingNextStep={creation.isRunning}
        submitButtonText={isBegun ? 'Go on' : 'Create user'}
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
            title: 'User details',
            content: (
              <Container>
                <SpaceBetween size="l">
                  <FormField
                    label="User name"
                    constraintText="Up to 64 letters, digits and + = , . @ - _"
                    errorText={problem}
                  >
                    <Input
                      value={userName}
                      autoComplete={false}
                      spellcheck={false}
                      onChange={({ detail }) => setUserName(detail.value.trim())}
                    />
                  </FormField>
                  <Checkbox
                    checked={hasConsole}
                    onChange={({ detail }) => setHasConsole(detail.checked)}
                    description="A password, for the console and fleetkey login. Programs need none: give them an access key afterwards."
                  >
                    May sign in to the console
                  </Checkbox>
                  {hasConsole && (
                    <PasswordFields
                      choice={choice}
                      onChange={setChoice}
                      problem={passwordProblem}
                    />
                  )}
                </SpaceBetween>
              </Container>
            ),
          },
          {
            title: 'Permissions',
            isOptional: true,
            content: (
              <SpaceBetween size="l">
                <ExpandableSection
                  variant="container"
                  headerText="Copy permissions"
                  headerDescription="To begin with what an existing user has."
                >
                  <CopyPermissions
                    onCopy={(copied) => {
                      setGroups(copied.groups)
                      setPolicies(copied.policies)
                      setInline(copied.inline)
                      setBoundary(copied.boundary === undefined ? [] : [copied.boundary])
                    }}
                  />
                </ExpandableSection>
                <Container>
                  <ChooseGroups selected={groups} onSelect={setGroups} />
                </Container>
                <Container>
                  <ChoosePolicies selected={policies} onSelect={setPolicies} />
                </Container>
                {inline.length > 0 && (
                  <Container header={<Header variant="h2">Inline policies</Header>}>
                    <TokenGroup
                      items={inline.map(({ name }) => ({
                        label: name,
                        dismissLabel: `Leave ${name} out`,
                      }))}
                      onDismiss={({ detail }) =>
                        setInline(inline.filter((_, index) => index !== detail.itemIndex))
                      }
                    />
                  </Container>
                )}
                <ExpandableSection
                  variant="container"
                  headerText="Permissions boundary"
                  headerDescription="The most that the user may ever do."
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
            title: 'Review and create',
            content: (
              <SpaceBetween size="l">
                <Container header={<Header variant="h2">{userName}</Header>}>
                  <KeyValuePairs
                    columns={2}
                    items={[
                      {
                        label: 'Console sign-in',
                        value: hasConsole
                          ? `${choice.kind === 'own' ? 'Your password' : 'Generated password'}${choice.mustChange ? ', to be changed at the first sign-in' : ''}`
                          : 'No',
                      },
                      { label: 'Groups', value: user.groups.join(', ') || 'None' },
                      {
                        label: 'Policies',
                        value: policies.map(({ PolicyName }) => PolicyName).join(', ') || 'None',
                      },
                      ...(inline.length === 0
                        ? []
                        : [
                            {
                              label: 'Inline policies',
                              value: inline.map(({ name }) => name).join(', '),
                            },
                          ]),
                      { label: 'Permissions boundary', value: boundary[0]?.PolicyName ?? 'None' },
                    ]}
                  />
                </Container>
                {!isBegun && (
                  <Container header={<Header variant="h2">Tags</Header>}>
                    <TagsInput tags={tags} onChange={setTags} />
                  </Container>
                )}
                {[...user.groups, ...user.policyArns, ...inline].length === 0 ? (
                  <Alert type="info">
                    Without a group or policy the user may do nothing but change their own password.
                  </Alert>
                ) : (
                  taken === undefined && (
                    <Container header={<Header variant="h2">Logins that this gives</Header>}>
                      {/* Without the password: it decides nothing there. */}
                      <CallsPreview calls={stepsFor({ ...user, password: undefined })} />
                    </Container>
                  )
                )}
                {taken !== undefined && (
                  <Container header={<Header variant="h2">Creating</Header>}>
                    <StepsReport
                      taken={taken}
                      isRunning={creation.isRunning}
                      onRetry={() => void creation.run(steps)}
                      {...(isBegun && { onLeaveOut: () => void creation.leaveOut() })}
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

/** The password is told here alone: it is gone with the page. */
function Created({
  user,
  isGenerated,
  leftOut,
}: {
  readonly user: NewUser
  readonly isGenerated: boolean
  readonly leftOut: readonly Step[]
}) {
  const navigate = useNavigate()
  const { userName } = user
  const isWithout = leftOut.some(({ operation }) => operation === 'CreateLoginProfile')
  const password = isWithout ? undefined : user.password
  const address = `${location.origin}/sign-in`
  return (
    <Page title={`User ${userName} is created`} parents={[listOf('user')]}>
      <Container
        header={<Header variant="h2">{password === undefined ? 'What next' : 'Sign-in'}</Header>}
      >
        <SpaceBetween size="l">
          {leftOut.length > 0 && <Alert type="warning">{leftOutWords(leftOut).trim()}</Alert>}
          {password === undefined ? (
            <Box>Give it an access key under Security credentials.</Box>
          ) : (
            <>
              <KeyValuePairs
                items={[
                  { label: 'Sign in at', value: address },
                  { label: 'User name', value: userName },
                ]}
              />
              {isGenerated && (
                <>
                  <Secret label="Password" value={password} />
                  <Alert type="warning">
                    This is the only time that the password is shown. Copy it, or download it; a new
                    one can be made at any time.
                  </Alert>
                  <Button
                    iconName="download"
                    onClick={() =>
                      download(
                        `${userName}_credentials.csv`,
                        `User name,Password,Console sign-in URL\n"${userName}","${password}",${address}\n`,
                      )
                    }
                  >
                    Download .csv file
                  </Button>
                </>
              )}
            </>
          )}
          <Button
            variant="primary"
            onClick={() => void navigate(pageOf({ kind: 'user', name: userName }))}
          >
            Go to the user
          </Button>
        </SpaceBetween>
      </Container>
    </Page>
  )
}
