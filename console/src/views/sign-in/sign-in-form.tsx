import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import type { InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { asRefusal } from '../../api/api-refusal.ts'
import { signWithPasskey, whyNoPasskeys, type PasskeyAnswer } from '../../api/passkeys.ts'
import { signIn, signInWithPasskey } from '../../api/signing-in.ts'
import { EntryField } from '../../ui/entry-field.tsx'
import { OwnUserName } from '../../ui/own-user-name.tsx'
import { PasskeyFactor } from './passkey-factor.tsx'
import {
  factorsOf,
  fieldsOf,
  mistakes,
  NOTHING_TYPED,
  refusalAt,
  stepAskedBy,
  type Factors,
  type SignInStep,
  type Typed,
} from './sign-in-step.ts'

/**
 * Name and password, then what is asked for beyond them, one at a time; or a passkey. What becomes of who has signed in, the session says.
 * @param userName whose password it is to be; default: they say
 */
export function SignInForm({
  step,
  onStep: setStep,
  userName = '',
}: {
  readonly step: SignInStep
  readonly onStep: (step: SignInStep) => void
  readonly userName?: string
}) {
  const [typed, setTyped] = useState({ ...NOTHING_TYPED, userName })
  const [wrong, setWrong] = useState<Partial<Record<keyof Typed, string>>>({})
  const [factors, setFactors] = useState<Factors>()
  const [refusal, setRefusal] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const firstField = useRef<InputProps.Ref>(null)

  useEffect(() => {
    firstField.current?.focus()
  }, [step])

  const change = (name: keyof Typed) => (value: string) =>
    setTyped((last) => ({ ...last, [name]: value }))

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (step === 'code' && factors?.takesCode === false) return await byPasskeyToo()
    const found = mistakes(step, typed)
    setWrong(found)
    if (Object.keys(found).length > 0) return
    await enter(() => signIn(fieldsOf(typed)))
  }

  async function byPasskeyToo() {
    const options = factors?.passkey
    if (options === undefined) return
    await enter(async () => {
      const Passkey: PasskeyAnswer = await signWithPasskey(options)
      await signIn({ ...fieldsOf({ ...typed, code: '' }), Passkey })
    }, 'passkey')
  }

  async function enter(act: () => Promise<void>, shown: SignInStep | 'passkey' = step) {
    if (isRunning) return
    setRunning(true)
    setRefusal(undefined)
    try {
      await act()
    } catch (error) {
      const refused = asRefusal(error)
      const asked = stepAskedBy(refused)
      if (asked === undefined) {
        setRefusal(refusalAt(shown, refused))
        // What a passkey was to sign is spent, if it was answered at all: the next press asks anew.
        if (step === 'code' && factors?.takesCode === false && refused.status !== 0)
          setStep('password')
        // A code is good once; which of the three was wrong is not told.
        setTyped((last) => ({ ...last, code: '' }))
      } else {
        if (asked === 'code') setFactors(factorsOf(refused))
        setStep(asked)
      }
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

  const why = whyNoPasskeys()
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {userName !== '' && <OwnUserName />}
      <SpaceBetween size="l">
        {refusal !== undefined && <Alert type="error">{refusal}</Alert>}
        {step === 'password' && (
          <SpaceBetween size="m">
            {userName === '' && (
              <EntryField
                label="User name"
                value={typed.userName}
                error={wrong.userName}
                onChange={change('userName')}
                autoComplete="username"
                inputRef={firstField}
              />
            )}
            <EntryField
              label="Password"
              type="password"
              value={typed.password}
              error={wrong.password}
              onChange={change('password')}
              autoComplete="current-password"
              {...(userName !== '' && { inputRef: firstField })}
            />
          </SpaceBetween>
        )}
        {step === 'code' && factors !== undefined && (
          <PasskeyFactor
            factors={factors}
            isRunning={isRunning}
            onUse={() => void byPasskeyToo()}
          />
        )}
        {step === 'code' && factors?.takesCode !== false && (
          <EntryField
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
            <EntryField
              label="New password"
              description="The one you have must be changed before you go on."
              type="password"
              value={typed.newPassword}
              error={wrong.newPassword}
              onChange={change('newPassword')}
              autoComplete="new-password"
              inputRef={firstField}
            />
            <EntryField
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
          {(step !== 'code' || factors?.takesCode !== false) && (
            <Button variant="primary" formAction="submit" loading={isRunning}>
              Sign in
            </Button>
          )}
          {step !== 'password' && (
            <Button variant="link" formAction="none" onClick={startOver}>
              Cancel
            </Button>
          )}
        </SpaceBetween>
        {step === 'password' && why !== undefined && (
          <Box variant="small">No passkeys here: {why}</Box>
        )}
        {step === 'password' && why === undefined && (
          <Button
            fullWidth
            iconName="key"
            formAction="none"
            disabled={isRunning}
            onClick={() => void enter(signInWithPasskey, 'passkey')}
          >
            Sign in with a passkey
          </Button>
        )}
      </SpaceBetween>
    </form>
  )
}
