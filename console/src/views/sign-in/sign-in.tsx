import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { isSetUp } from '../../api/console-session.ts'
import { loadSession } from '../../api/signing-in.ts'
import { useSession } from '../../api/use-session.ts'
import { wayBack } from '../../shell/way-back.ts'
import { BackFromProvider } from './back-from-provider.tsx'
import { EntryFrame } from './entry-frame.tsx'
import { Providers } from './providers.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { STEP_TITLES, type SignInStep } from './sign-in-step.ts'

/** The ways in; whoever comes back from their provider goes on with that. */
export function SignIn() {
  const { search } = useLocation()
  return new URLSearchParams(search).has('sso') ? <BackFromProvider /> : <SignInHere />
}

function SignInHere() {
  const navigate = useNavigate()
  const { search } = useLocation()
  const [step, setStep] = useState<SignInStep>('password')
  const [isFirstStart, setFirstStart] = useState(false)
  const isSignedIn = useSession() !== undefined

  // When nobody answers, signing in says so.
  useEffect(() => {
    loadSession().then(
      () => setFirstStart(!isSetUp()),
      () => {},
    )
  }, [])

  // Whoever is signed in has nothing to do here any more: by this page, by another tab, or since before.
  useEffect(() => {
    if (isSignedIn) void navigate(wayBack(search, location.origin), { replace: true })
  }, [isSignedIn, navigate, search])

  return (
    <EntryFrame title={STEP_TITLES[step]}>
      <SpaceBetween size="l">
        {isFirstStart && (
          <Alert type="info">
            There is no user yet. Open the link that the server told when it started: it makes the
            administrator.
          </Alert>
        )}
        <SignInForm step={step} onStep={setStep} />
        {step === 'password' && <Providers way={search} />}
      </SpaceBetween>
    </EntryFrame>
  )
}
