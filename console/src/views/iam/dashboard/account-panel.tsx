import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useAnswer } from '../../../api/use-answer.ts'
import { useSession } from '../../../api/use-session.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { iam } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'
import { AliasDialog } from './alias-dialog.tsx'

/** Which account this is, and where people sign in. */
export function AccountPanel() {
  const session = useSession()
  const [isNaming, setNaming] = useState(false)
  const { value, refusal, reload } = useAnswer('account alias', (signal) =>
    iam<{ AccountAliases: readonly string[] }>('ListAccountAliases', {}, signal),
  )
  const alias = value?.AccountAliases[0]
  return (
    <Container header={<Header variant="h2">AWS account</Header>}>
      <KeyValuePairs
        items={[
          {
            label: 'Account ID',
            value: <Copyable text={session?.accountId ?? ''} what="the account ID" />,
          },
          {
            label: 'Account alias',
            value: (
              <SpaceBetween direction="horizontal" size="xs">
                <span>{alias ?? (value === undefined ? '–' : 'None')}</span>
                {value !== undefined && (
                  <Button variant="inline-link" onClick={() => setNaming(true)}>
                    {alias === undefined ? 'Create alias' : 'Edit alias'}
                  </Button>
                )}
                <Refused refusal={refusal} header="It cannot be shown" onRetry={reload} />
              </SpaceBetween>
            ),
          },
          {
            label: 'Sign-in URL for IAM users in this account',
            value: <Copyable text={`${location.origin}/sign-in`} what="the sign-in URL" />,
          },
        ]}
      />
      {isNaming && (
        <AliasDialog
          alias={alias}
          onClose={() => setNaming(false)}
          onDone={() => {
            setNaming(false)
            reload()
          }}
        />
      )}
    </Container>
  )
}
