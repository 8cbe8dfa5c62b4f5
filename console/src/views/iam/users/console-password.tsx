import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { TimeText } from '../../../ui/time-text.tsx'
import { iam } from '../api/iam.ts'
import { Ago } from '../parts/ago.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Refused } from '../parts/refused.tsx'
import { Secret } from '../parts/secret.tsx'
import { freshPassword, PasswordFields } from './password-choice.tsx'
import { whenDone } from '../parts/when-done.ts'

interface Profile {
  readonly CreateDate: number
  readonly PasswordResetRequired: boolean
}

/** Whether and how a user signs in with a password; to be set, replaced or taken away. */
export function ConsolePassword({
  userName: UserName,
  lastUsed,
}: {
  readonly userName: string
  readonly lastUsed: number | undefined
}) {
  const { value, refusal, reload } = useAnswer(`password ${UserName}`, (signal) =>
    iam<{ LoginProfile?: Profile }>('GetLoginProfile', { UserName, OrNone: true }, signal),
  )
  const [open, setOpen] = useState<'set' | 'remove'>()
  const removing = useAct(() => iam('DeleteLoginProfile', { UserName }))
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The password cannot be looked at" onRetry={reload} />
  }
  const profile = value?.LoginProfile
  const done = () => {
    setOpen(undefined)
    reload()
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="For the console and fleetkey login."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {profile !== undefined && (
                <Button onClick={() => setOpen('remove')}>Remove password</Button>
              )}
              <Button disabled={value === undefined} onClick={() => setOpen('set')}>
                {profile === undefined ? 'Enable console sign-in' : 'Set another password'}
              </Button>
            </SpaceBetween>
          }
        >
          Console sign-in
        </Header>
      }
    >
      {value === undefined ? (
        <Spinner />
      ) : profile === undefined ? (
        <Box color="text-body-secondary">Off: there is no password.</Box>
      ) : (
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Password set', value: <TimeText seconds={profile.CreateDate} /> },
            { label: 'Last sign-in', value: <Ago seconds={lastUsed} /> },
            {
              label: 'Must be changed',
              value: profile.PasswordResetRequired ? 'At the next sign-in' : 'No',
            },
          ]}
        />
      )}
      {open === 'set' && (
        <SetPassword
          userName={UserName}
          isNew={profile === undefined}
          onDone={done}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open === 'remove' && (
        <Dialog
          title={`Remove the password of ${UserName}?`}
          act="Remove password"
          isRunning={removing.isRunning}
          refusal={removing.refusal}
          onAct={() => whenDone(removing.run(), done)}
          onClose={() => {
            removing.forget()
            setOpen(undefined)
          }}
        >
          <Box>
            Nobody signs in with it from then on. Sessions that are open stay so: revoke them under
            Sessions.
          </Box>
        </Dialog>
      )}
    </Container>
  )
}

function SetPassword({
  userName: UserName,
  isNew,
  onDone,
  onClose,
}: {
  readonly userName: string
  readonly isNew: boolean
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [choice, setChoice] = useState(freshPassword)
  const [isSet, setSet] = useState(false)
  const act = useAct(async () => {
    await iam(isNew ? 'CreateLoginProfile' : 'UpdateLoginProfile', {
      UserName,
      Password: choice.password,
      PasswordResetRequired: choice.mustChange,
    })
    if (choice.kind === 'generated') setSet(true)
    else onDone()
  })
  if (isSet) {
    return (
      <Modal
        visible
        header="The new password"
        closeAriaLabel="Close: the password is not shown again"
        onDismiss={({ detail }) => {
          if (detail.reason === 'closeButton') onDone()
        }}
        footer={
          <Box float="right">
            <Button variant="primary" onClick={onDone}>
              Done
            </Button>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Alert type="warning">This is the only time that it is shown.</Alert>
          <Secret label="Password" value={choice.password} />
        </SpaceBetween>
      </Modal>
    )
  }
  const isViolation = act.refusal?.code === 'PasswordPolicyViolation'
  return (
    <Dialog
      title={
        isNew ? `Enable console sign-in for ${UserName}` : `Set another password for ${UserName}`
      }
      act="Set password"
      isRunning={act.isRunning}
      isDisabled={choice.password === ''}
      refusal={isViolation ? undefined : act.refusal}
      onAct={() => void act.run()}
      onClose={onClose}
    >
      <PasswordFields
        choice={choice}
        onChange={setChoice}
        problem={isViolation ? act.refusal?.message : undefined}
      />
      {!isNew && (
        <Box color="text-body-secondary">
          Sessions that are open stay so. To end them, revoke them under Sessions.
        </Box>
      )}
    </Dialog>
  )
}
