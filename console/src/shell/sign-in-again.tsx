import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { leavePage, type ConsoleSession } from '../api/console-session.ts'
import { serverTime } from '../api/server-time.ts'
import { useNow } from '../ui/use-now.ts'
import { EntryBox } from '../views/sign-in/entry-frame.tsx'
import { ProvidersInNewTab } from '../views/sign-in/providers.tsx'
import { SignInForm } from '../views/sign-in/sign-in-form.tsx'
import { STEP_TITLES, type SignInStep } from '../views/sign-in/sign-in-step.ts'
import { coverPage } from './cover-page.ts'

/** Until the next morning: whoever does not come back by then has not left their page to whoever finds the machine. */
const KEPT_MS = 16 * 3_600_000

/** Over the page of somebody whose session has ended: they sign in and go on with it, or it is thrown away. */
export function SignInAgain({ session }: { readonly session: ConsoleSession }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [step, setStep] = useState<SignInStep>('password')
  const [since] = useState(serverTime)
  const now = useNow()
  const { name, kind } = session.principal
  useLayoutEffect(() => (dialog.current === null ? undefined : coverPage(dialog.current)), [])
  useEffect(() => {
    if (now - since > KEPT_MS) leavePage()
  }, [now, since])
  const title = step === 'password' ? 'Your session has ended' : STEP_TITLES[step]
  return (
    <dialog ref={dialog} className="sign-in-again" aria-label={title} aria-describedby={WHY_ID}>
      <EntryBox title={title}>
        <SpaceBetween size="l">
          <div id={WHY_ID}>
            Sign in again as <Box variant="strong">{name}</Box> to go on: the page behind this is
            hidden, and stays as it was, with what you have typed.
          </div>
          {kind === 'assumedRole' ? (
            <ProvidersInNewTab session={session} />
          ) : (
            <SignInForm step={step} onStep={setStep} userName={name} />
          )}
          <SpaceBetween size="xxs">
            <Button variant="inline-link" onClick={() => leavePage()}>
              Throw the page away
            </Button>
            <Box variant="small">
              If you are somebody else, or do not need it any more. What was not saved is lost.
            </Box>
          </SpaceBetween>
        </SpaceBetween>
      </EntryBox>
    </dialog>
  )
}

const WHY_ID = 'why-again'
