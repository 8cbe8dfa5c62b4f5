import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Autosuggest from '@cloudscape-design/components/autosuggest'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { prepareSocket } from '../../terminal/connection/prepared-socket.ts'
import { Refusal } from '../../ui/refusal.tsx'
import type { ConnectTarget } from './connect-target.ts'
import { rememberOsUser } from './last-os-user.ts'
import { osUserProblem } from './os-user-problem.ts'
import type { OwnAccess } from './use-own-access.ts'

/** A terminal in this browser. */
export function BrowserTab({
  target,
  osUser,
  onOsUser,
  access,
}: {
  readonly target: ConnectTarget
  readonly osUser: string
  readonly onOsUser: (osUser: string) => void
  readonly access: OwnAccess
}) {
  const navigate = useNavigate()
  const { instanceId } = target
  const to = `/terminal?${new URLSearchParams({ instance: instanceId, user: osUser }).toString()}`
  const mayPress = osUser !== '' && access.kind !== 'not-a-name' && access.kind !== 'denied'

  // What the terminal needs is here before the button is pressed.
  useEffect(() => {
    void import('../terminal/terminal-page.tsx')
  }, [])

  const connect = () => {
    rememberOsUser(instanceId, osUser)
    void navigate(to)
  }

  return (
    <SpaceBetween size="l">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (mayPress) connect()
        }}
      >
        <SpaceBetween size="m">
          <FormField
            label="User name"
            description="The account on the host to log in as."
            errorText={osUserProblem(osUser)}
            secondaryControl={
              <span
                onPointerEnter={() => {
                  if (mayPress) prepareSocket()
                }}
                onFocus={() => {
                  if (mayPress) prepareSocket()
                }}
              >
                <Button
                  variant="primary"
                  href={to}
                  disabled={!mayPress}
                  onFollow={(event) => {
                    if (event.detail.external === true) return
                    event.preventDefault()
                    connect()
                  }}
                >
                  Connect
                </Button>
              </span>
            }
          >
            <Autosuggest
              value={osUser}
              options={target.osUsers.map((value) => ({ value }))}
              enteredTextLabel={(value) => `Log in as ${value}`}
              empty="The agent does not say which accounts the host has."
              disableBrowserAutocorrect
              onChange={({ detail }) => onOsUser(detail.value.trim())}
            />
          </FormField>
          <div aria-live="polite">
            <AccessText access={access} osUser={osUser} />
          </div>
        </SpaceBetween>
      </form>
      <Box color="text-body-secondary">
        A key is made for this login, in memory, and pushed as you; it lives 60 seconds. The host is
        recognised by the keys that its agent reported. The shell goes on when you reload the page,
        lose the network or go to another device.
      </Box>
    </SpaceBetween>
  )
}

function AccessText({ access, osUser }: { readonly access: OwnAccess; readonly osUser: string }) {
  switch (access.kind) {
    case 'none':
    case 'not-a-name':
      return undefined
    case 'asking':
      return <StatusIndicator type="loading">Asking the policies</StatusIndicator>
    case 'allowed':
      return <StatusIndicator type="success">You may log in as {osUser}</StatusIndicator>
    case 'denied':
      return (
        <Alert type="error" header={`You may not log in as ${osUser}`}>
          <ExpandableSection
            headerText="Which policy decided, and what would change it"
            defaultExpanded
          >
            <Box variant="pre">
              <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {access.explanation}
              </span>
            </Box>
          </ExpandableSection>
        </Alert>
      )
    case 'refused':
      return <Refusal refusal={access.refusal} header="Whether you may log in could not be asked" />
  }
}
