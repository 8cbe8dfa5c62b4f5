import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type FormEvent } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { EntryField } from '../../ui/entry-field.tsx'
import { OwnUserName } from '../../ui/own-user-name.tsx'
import { Refusal } from '../../ui/refusal.tsx'

const NOTHING = { old: '', fresh: '', again: '' }

export function ChangePassword() {
  const [typed, setTyped] = useState(NOTHING)
  const [isDone, setDone] = useState(false)
  const [isSent, setSent] = useState(false)
  const act = useAct(async () => {
    await call('iam', 'ChangePassword', { OldPassword: typed.old, NewPassword: typed.fresh })
    setTyped(NOTHING)
    setSent(false)
    setDone(true)
  })
  const change = (name: keyof typeof NOTHING) => (value: string) => {
    setDone(false)
    setTyped((last) => ({ ...last, [name]: value }))
  }
  const differs = typed.again !== typed.fresh

  function submit(event: FormEvent) {
    event.preventDefault()
    setSent(true)
    if (typed.old !== '' && typed.fresh !== '' && !differs) void act.run()
  }

  return (
    <form onSubmit={submit} noValidate>
      <OwnUserName />
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button formAction="submit" loading={act.isRunning}>
                Change password
              </Button>
            }
          >
            Console password
          </Header>
        }
      >
        <SpaceBetween size="m">
          {isDone && (
            <Alert type="success">
              Your password is changed. You stay signed in, here and elsewhere.
            </Alert>
          )}
          <Refusal refusal={act.refusal} header="The password was not changed" />
          <EntryField
            type="password"
            label="Current password"
            value={typed.old}
            onChange={change('old')}
            error={isSent && typed.old === '' ? 'Enter the password you have.' : undefined}
            autoComplete="current-password"
          />
          <EntryField
            type="password"
            label="New password"
            value={typed.fresh}
            onChange={change('fresh')}
            error={isSent && typed.fresh === '' ? 'Enter a new password.' : undefined}
            autoComplete="new-password"
          />
          <EntryField
            type="password"
            label="Retype new password"
            value={typed.again}
            onChange={change('again')}
            error={isSent && differs ? 'The two are not the same.' : undefined}
            autoComplete="new-password"
          />
        </SpaceBetween>
      </Container>
    </form>
  )
}
