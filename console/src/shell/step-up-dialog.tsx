import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react'
import { asRefusal } from '../api/api-refusal.ts'
import { currentSession, onSessionChange, pageSession } from '../api/console-session.ts'
import { signWithPasskey, whyNoPasskeys, type PasskeyOptions } from '../api/passkeys.ts'
import { proveAgain, proveByPasskey } from '../api/signing-in.ts'
import { proveBy } from '../api/step-up.ts'
import { useSession } from '../api/use-session.ts'
import { EntryField } from '../ui/entry-field.tsx'
import { OwnUserName } from '../ui/own-user-name.tsx'
import { ProvidersInNewTab } from '../views/sign-in/providers.tsx'

/** Who is signed in proves once more that it is them, and goes on with what they were about to do. */
export function StepUpDialog() {
  const session = useSession()
  const isOfProvider = session?.principal.kind === 'assumedRole'
  const [isShown, setShown] = useState(false)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [wantsCode, setWantsCode] = useState(false)
  const [passkey, setPasskey] = useState<PasskeyOptions>()
  const [refusal, setRefusal] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const tell = useRef<(isProven: boolean) => void>(undefined)
  const provenAt = useRef(Infinity)

  const end = useCallback((isProven: boolean) => {
    setShown(false)
    setPassword('')
    setCode('')
    setWantsCode(false)
    setPasskey(undefined)
    setRefusal(undefined)
    tell.current?.(isProven)
    tell.current = undefined
    provenAt.current = Infinity
  }, [])

  useEffect(
    () =>
      proveBy(() => {
        setShown(true)
        provenAt.current = pageSession()?.provenAt ?? 0
        return new Promise((resolve) => {
          tell.current = resolve
        })
      }),
    [],
  )

  // Also at their provider, in another tab, or because they had to sign in again meanwhile.
  useEffect(
    () =>
      onSessionChange(() => {
        if ((currentSession()?.provenAt ?? 0) > provenAt.current) end(true)
      }),
    [end],
  )

  async function prove(act: () => Promise<void>) {
    if (isRunning) return
    setRunning(true)
    setRefusal(undefined)
    try {
      await act()
      end(true)
    } catch (error) {
      const refused = asRefusal(error)
      if (refused.code === 'MultiFactorAuthRequiredException') {
        setWantsCode(true)
        setPasskey(refused.members['PasskeyOptions'] as PasskeyOptions | undefined)
      } else {
        setRefusal(refused.message)
        setCode('')
      }
    } finally {
      setRunning(false)
    }
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (password === '') return
    const typed = code.replaceAll(/\s/g, '')
    await prove(async () => {
      if (typed === '' && passkey !== undefined) {
        return await proveAgain({ Password: password, Passkey: await signWithPasskey(passkey) })
      }
      await proveAgain({ Password: password, ...(typed !== '' && { TokenCode: typed }) })
    })
  }

  const byPasskey = () =>
    prove(async () => {
      if (await proveByPasskey()) return
      throw new Error('You have no passkey for this address. Enter your password.')
    })

  return (
    <Modal
      visible={isShown}
      onDismiss={() => end(false)}
      header="Confirm that it is you"
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => end(false)}>
              Cancel
            </Button>
            {!isOfProvider && (
              <Button variant="primary" form="step-up" formAction="submit" loading={isRunning}>
                Confirm
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      {isOfProvider && isShown ? (
        <SpaceBetween size="m">
          <Box>
            This gives rights or shows a secret, and it is a while since you signed in. Sign in once
            more at your provider, in another tab: this page goes on then.
          </Box>
          <ProvidersInNewTab session={session} how="anew" />
        </SpaceBetween>
      ) : (
        <form id="step-up" onSubmit={(event) => void submit(event)} noValidate>
          <OwnUserName />
          <SpaceBetween size="m">
            <Box>
              This gives rights or shows a secret, and it is a while since you signed in. Enter your
              password once more.
            </Box>
            {refusal !== undefined && <Alert type="error">{refusal}</Alert>}
            <EntryField
              label="Password"
              type="password"
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
            />
            {wantsCode && (
              <EntryField
                label="MFA code"
                description={
                  passkey === undefined
                    ? 'What your authenticator app shows now, or one of your recovery codes.'
                    : 'Of an app, or a recovery code. Leave it empty to use your passkey.'
                }
                value={code}
                onChange={setCode}
                autoComplete="one-time-code"
              />
            )}
            {!wantsCode && whyNoPasskeys() === undefined && (
              <Button
                iconName="key"
                formAction="none"
                disabled={isRunning}
                onClick={() => void byPasskey()}
              >
                Use a passkey instead
              </Button>
            )}
          </SpaceBetween>
        </form>
      )}
    </Modal>
  )
}
