import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSession } from '../../api/use-session.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { Page } from '../../ui/page.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { AccessKeys } from './access-keys.tsx'
import { ChangePassword } from './change-password.tsx'
import { MfaDevices } from './mfa-devices.tsx'
import { Passkeys } from './passkeys.tsx'
import { OwnSessions } from './own-sessions.tsx'

/** All that one proves who one is with, and where one is signed in. */
export function SecurityCredentials() {
  const session = useSession()
  if (session === undefined) return undefined
  const { principal, accountId, signedInAt, mfaAt } = session
  const isUser = principal.kind === 'user'
  return (
    <Page
      title="My security credentials"
      description="What you prove who you are with, and where you are signed in."
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Account details</Header>}>
          <KeyValuePairs
            columns={2}
            items={[
              { label: isUser ? 'User name' : 'Session name', value: principal.name },
              { label: 'Account ID', value: <Copyable text={accountId} what="the account ID" /> },
              { label: 'ARN', value: <Copyable text={principal.arn} what="the ARN" /> },
              {
                label: 'Signed in',
                value: (
                  <>
                    <TimeText seconds={signedInAt / 1000} />
                    {mfaAt === undefined ? ', without a second factor' : ', with a second factor'}
                  </>
                ),
              },
            ]}
          />
        </Container>
        {isUser && <ChangePassword />}
        {isUser && <Passkeys userName={principal.name} />}
        {isUser && <MfaDevices userName={principal.name} />}
        {isUser && <AccessKeys />}
        <OwnSessions />
      </SpaceBetween>
    </Page>
  )
}
