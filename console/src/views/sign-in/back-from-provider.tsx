import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import type { ApiRefusal } from '../../api/api-refusal.ts'
import { keptRole, keptWay, listSignInRoles } from '../../api/provider-sign-in.ts'
import { signInWithRole } from '../../api/signing-in.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { wayBack } from '../../shell/way-back.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { EntryFrame } from './entry-frame.tsx'

/** Whoever comes back from their provider takes a role: the one there is, or the one that they choose. */
export function BackFromProvider() {
  const navigate = useNavigate()
  const offered = useAnswer('roles', listSignInRoles)
  const [chosen, setChosen] = useState<string>()
  const [wanted] = useState(keptRole)
  const [isDone, setDone] = useState(false)
  const take = useAct(async (roleArn: string) => {
    await signInWithRole(roleArn)
    if (wanted === undefined) return await goOn()
    setDone(true)
    close()
  })
  const goOn = async () => {
    await navigate(wayBack(keptWay(), location.origin), { replace: true })
  }
  const { value, refusal } = offered
  const [only, ...others] = value?.Roles ?? []
  const same = value?.Roles.find(({ RoleName }) => RoleName === wanted)
  const single = others.length === 0 ? only?.Arn : same?.Arn
  const { run } = take
  useEffect(() => {
    if (single !== undefined) void run(single)
    // Once, when it is known: what fails is pressed again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [single])

  const failure = refusal ?? take.refusal
  if (failure !== undefined) return <NotSignedIn failure={failure} />
  if (isDone) {
    return (
      <EntryFrame title="You are signed in">
        <SpaceBetween size="m">
          <Box>Go back to the tab that you came from, which goes on. This one can be closed.</Box>
          <Button onClick={() => void goOn()}>Open the console here</Button>
        </SpaceBetween>
      </EntryFrame>
    )
  }
  if (value === undefined || single !== undefined) {
    return (
      <EntryFrame title="Sign in">
        <StatusIndicator type="loading">You are signed in</StatusIndicator>
      </EntryFrame>
    )
  }
  const person = value.DisplayName ?? value.Subject
  if (only === undefined) {
    return (
      <EntryFrame title="No role lets you in">
        <SpaceBetween size="m">
          <Alert type="error">
            {value.Provider} says that you are {person}, but no trust policy of a role names you or
            a group of yours. Ask an administrator.
          </Alert>
          <StartOver />
        </SpaceBetween>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title="Choose a role">
      <SpaceBetween size="m">
        <FormField label={`Roles of ${person}`} stretch>
          <RadioGroup
            value={chosen ?? null}
            onChange={({ detail }) => setChosen(detail.value)}
            items={value.Roles.map(({ Arn, RoleName, Description }) => ({
              value: Arn,
              label: RoleName,
              description: Description,
            }))}
          />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          <Button
            variant="primary"
            disabled={chosen === undefined}
            loading={take.isRunning}
            onClick={() => chosen !== undefined && void run(chosen)}
          >
            Sign in
          </Button>
          <StartOver />
        </SpaceBetween>
      </SpaceBetween>
    </EntryFrame>
  )
}

function NotSignedIn({ failure }: { readonly failure: ApiRefusal }) {
  const { message, explanation, members } = failure
  const redirectUri = members['RedirectUri']
  return (
    <EntryFrame title="You are not signed in">
      <SpaceBetween size="m">
        <Alert type="error">{message}</Alert>
        {explanation !== undefined && <Box variant="pre">{explanation}</Box>}
        {typeof redirectUri === 'string' && (
          <Box>
            For administrators: the provider must know this redirect URI, exactly:{' '}
            <Copyable text={redirectUri} what="the redirect URI" />
          </Box>
        )}
        <StartOver />
      </SpaceBetween>
    </EntryFrame>
  )
}

function StartOver() {
  const navigate = useNavigate()
  return (
    <Button onClick={() => void navigate(`/sign-in${keptWay()}`, { replace: true })}>
      Back to sign-in
    </Button>
  )
}
