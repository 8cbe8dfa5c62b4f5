import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState, type FormEvent, type RefObject } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { asRefusal } from '../../api/api-refusal.ts'
import { signIn } from '../../api/signing-in.ts'
import { SESSION_OVER, wayBack } from '../../shell/way-back.ts'
import {
  fieldsOf,
  mistakes,
  NOTHING_TYPED,
  stepAskedBy,
  type SignInStep,
  type Typed,
} from './sign-in-step.ts'

const TITLES: Readonly<Record<SignInStep, string>> = {
  password: 'Sign in',
  code: 'Multi-factor authentication',
  'new password': 'Change your password',
}

/** Name and password, then what is asked for beyond them, one at a time. */
export function SignIn() {
  const navigate = useNavigate()
  const { search, state } = useLocation()
  const [step, setStep] = useState<SignInStep>('password')
  const isOver = state === SESSION_OVER && step === 'password'
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [wrong, setWrong] = useState<Partial<Record<keyof Typed, string>>>({})
  const [refusal, setRefusal] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const firstField = useRef<InputProps.Ref>(null)

  useEffect(() => {
    document.title = `${TITLES[step]} · Fleetkey`
    firstField.current?.focus()
  }, [step])

  const change = (name: keyof Typed) => (value: string) =>
    setTyped((last) => ({ ...last, [name]: value }))

  async function submit(event: FormEvent) {
    event.preventDefault()
    const found = mistakes(step, typed)
    setWrong(found)
    if (isRunning || Object.keys(found).length > 0) return
    setRunning(true)
    setRefusal(undefined)
    try {
      await signIn(fieldsOf(typed))
      await navigate(wayBack(search, location.origin), { replace: true })
    } catch (error) {
      const refused = asRefusal(error)
      const asked = stepAskedBy(refused)
      if (asked === undefined) {
        setRefusal(refused.message)
        // A code is good once; which of the three was wrong is not told.
        setTyped((last) => ({ ...last, code: '' }))
      } else setStep(asked)
    } finally {
      setRunning(false)
    }
  }

  function startOver() {
    setStep('password')
    setTyped((last) => ({ ...NOTHING_TYPED, userName: last.userName }))
    setRefusal(undefined)
    setWrong({})
  }

  return (
    <main style={{ maxWidth: 420, margin: '0 auto', padding: '10vh 16px 32px' }}>
      <SpaceBetween size="l">
        <Box textAlign="center" fontSize="heading-xl" fontWeight="bold">
          Fleetkey
        </Box>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Container header={<Header variant="h1">{TITLES[step]}</Header>}>
            <SpaceBetween size="l">
              {refusal !== undefined && <Alert type="error">{refusal}</Alert>}
              {isOver && refusal === undefined && (
                <Alert type="info">Your session has ended. Sign in again to go on.</Alert>
              )}
              {step === 'password' && (
                <SpaceBetween size="m">
                  <Field
                    label="User name"
                    value={typed.userName}
                    error={wrong.userName}
                    onChange={change('userName')}
                    autoComplete="username"
                    inputRef={firstField}
                  />
                  <Field
                    label="Password"
                    type="password"
                    value={typed.password}
                    error={wrong.password}
                    onChange={change('password')}
                    autoComplete="current-password"
                  />
                </SpaceBetween>
              )}
              {step === 'code' && (
                <Field
                  label="MFA code"
                  description="What your authenticator app shows now, or one of your recovery codes."
                  value={typed.code}
                  error={wrong.code}
                  onChange={change('code')}
                  autoComplete="one-time-code"
                  inputRef={firstField}
                />
              )}
              {step === 'new password' && (
                <SpaceBetween size="m">
                  <Field
                    label="New password"
                    description="The one you have must be changed before you go on."
                    type="password"
                    value={typed.newPassword}
                    error={wrong.newPassword}
                    onChange={change('newPassword')}
                    autoComplete="new-password"
                    inputRef={firstField}
                  />
                  <Field
                    label="Retype new password"
                    type="password"
                    value={typed.again}
                    error={wrong.again}
                    onChange={change('again')}
                    autoComplete="new-password"
                  />
                </SpaceBetween>
              )}
              <SpaceBetween size="xs" direction="horizontal">
                <Button variant="primary" formAction="submit" loading={isRunning}>
                  Sign in
                </Button>
                {step !== 'password' && (
                  <Button variant="link" formAction="none" onClick={startOver}>
                    Cancel
                  </Button>
                )}
              </SpaceBetween>
            </SpaceBetween>
          </Container>
        </form>
      </SpaceBetween>
    </main>
  )
}

function Field({
  label,
  description,
  error,
  value,
  onChange,
  type = 'text',
  autoComplete,
  inputRef,
}: {
  readonly label: string
  readonly description?: string
  readonly error: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'password'
  readonly autoComplete: string
  readonly inputRef?: RefObject<InputProps.Ref | null>
}) {
  return (
    <FormField label={label} description={description} errorText={error}>
      <Input
        {...(inputRef !== undefined && { ref: inputRef })}
        type={type}
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        autoComplete={autoComplete}
        spellcheck={false}
      />
    </FormField>
  )
}
