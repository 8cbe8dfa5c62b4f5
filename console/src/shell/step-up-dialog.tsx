import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react'
import { asRefusal } from '../api/api-refusal.ts'
import { proveAgain } from '../api/signing-in.ts'
import { proveBy } from '../api/step-up.ts'

/** Who is signed in proves once more that it is them, and goes on with what they were about to do. */
export function StepUpDialog() {
  const [isShown, setShown] = useState(false)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [wantsCode, setWantsCode] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const tell = useRef<(isProven: boolean) => void>(undefined)

  const end = useCallback((isProven: boolean) => {
    setShown(false)
    setPassword('')
    setCode('')
    setWantsCode(false)
    setRefusal(undefined)
    tell.current?.(isProven)
  }, [])

  useEffect(
    () =>
      proveBy(() => {
        setShown(true)
        return new Promise((resolve) => {
          tell.current = resolve
        })
      }),
    [],
  )

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isRunning || password === '') return
    setRunning(true)
    setRefusal(undefined)
    try {
      const typed = code.replaceAll(/\s/g, '')
      await proveAgain({ Password: password, ...(typed !== '' && { TokenCode: typed }) })
      end(true)
    } catch (error) {
      const refused = asRefusal(error)
      if (refused.code === 'MultiFactorAuthRequiredException') setWantsCode(true)
      else {
        setRefusal(refused.message)
        setCode('')
      }
    } finally {
      setRunning(false)
    }
  }

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
            <Button variant="primary" form="step-up" formAction="submit" loading={isRunning}>
              Confirm
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id="step-up" onSubmit={(event) => void submit(event)} noValidate>
        <SpaceBetween size="m">
          <Box>
            This gives rights or shows a secret, and it is a while since you signed in. Enter your
            password once more.
          </Box>
          {refusal !== undefined && <Alert type="error">{refusal}</Alert>}
          <FormField label="Password">
            <Input
              type="password"
              value={password}
              onChange={({ detail }) => setPassword(detail.value)}
              autoComplete="current-password"
            />
          </FormField>
          {wantsCode && (
            <FormField
              label="MFA code"
              description="What your authenticator app shows now, or one of your recovery codes."
            >
              <Input
                value={code}
                onChange={({ detail }) => setCode(detail.value)}
                autoComplete="one-time-code"
              />
            </FormField>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  )
}
