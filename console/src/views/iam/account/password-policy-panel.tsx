import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { iam } from '../api/iam.ts'
import type { PasswordPolicy } from '../api/shapes.ts'
import { Refused } from '../parts/refused.tsx'
import { whenDone } from '../parts/when-done.ts'

/** What holds until the account sets one (NIST SP 800-63B §3.1.1: long rather than composed). */
const DEFAULT: PasswordPolicy = {
  MinimumPasswordLength: 12,
  RequireSymbols: false,
  RequireNumbers: false,
  RequireUppercaseCharacters: false,
  RequireLowercaseCharacters: false,
  AllowUsersToChangePassword: true,
}

/** What passwords of the account must be like. */
export function PasswordPolicyPanel() {
  const { value, refusal, reload } = useAnswer('password policy', (signal) =>
    iam<{ PasswordPolicy?: PasswordPolicy }>('GetAccountPasswordPolicy', { OrNone: true }, signal),
  )
  const [edited, setEdited] = useState<PasswordPolicy>()
  // Ours is in force where there is none.
  const known = value?.PasswordPolicy
  const policy = edited ?? known ?? DEFAULT
  const done = () => {
    setEdited(undefined)
    reload()
  }
  const saving = useAct(() => iam('UpdateAccountPasswordPolicy', inputOf(policy)))
  const removing = useAct(() => iam('DeleteAccountPasswordPolicy'))
  if (refusal !== undefined) {
    return (
      <Refused refusal={refusal} header="The password policy cannot be shown" onRetry={reload} />
    )
  }
  if (value === undefined) return <Spinner />
  const change = (next: Partial<PasswordPolicy>) => setEdited({ ...policy, ...next })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="It holds for passwords that are set from then on."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {known !== undefined && (
                <Button loading={removing.isRunning} onClick={() => whenDone(removing.run(), done)}>
                  Back to the default
                </Button>
              )}
              <Button
                variant="primary"
                disabled={edited === undefined}
                loading={saving.isRunning}
                onClick={() => whenDone(saving.run(), done)}
              >
                Save
              </Button>
            </SpaceBetween>
          }
        >
          Password policy
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Refused refusal={saving.refusal ?? removing.refusal} header="It was not changed" />
        <StatusIndicator type="info">
          {known === undefined ? 'The default is in force.' : 'The account has one of its own.'}
        </StatusIndicator>
        <FormField label="Minimum length" constraintText="6 to 128 characters">
          <Input
            type="number"
            inputMode="numeric"
            value={String(policy.MinimumPasswordLength)}
            onChange={({ detail }) => change({ MinimumPasswordLength: Number(detail.value) })}
          />
        </FormField>
        {KINDS.map(([member, label]) => (
          <Checkbox
            key={member}
            checked={policy[member]}
            onChange={({ detail }) => change({ [member]: detail.checked })}
          >
            {label}
          </Checkbox>
        ))}
        <FormField label="Must be changed after" description="Days. 0: never.">
          <Input
            type="number"
            inputMode="numeric"
            value={String(policy.MaxPasswordAge ?? 0)}
            onChange={({ detail }) => change({ MaxPasswordAge: Number(detail.value) })}
          />
        </FormField>
        <FormField
          label="Earlier passwords that must not come again"
          description="Up to 24. 0: any may."
        >
          <Input
            type="number"
            inputMode="numeric"
            value={String(policy.PasswordReusePrevention ?? 0)}
            onChange={({ detail }) => change({ PasswordReusePrevention: Number(detail.value) })}
          />
        </FormField>
        <Checkbox
          checked={policy.HardExpiry ?? false}
          onChange={({ detail }) => change({ HardExpiry: detail.checked })}
          description="Who let it expire needs an administrator."
        >
          An expired password is not even good for its own change
        </Checkbox>
      </SpaceBetween>
    </Container>
  )
}

const KINDS = [
  ['RequireUppercaseCharacters', 'At least one upper-case letter'],
  ['RequireLowercaseCharacters', 'At least one lower-case letter'],
  ['RequireNumbers', 'At least one digit'],
  ['RequireSymbols', 'At least one symbol'],
  ['AllowUsersToChangePassword', 'Users may change their own password'],
] as const

/** The whole of it: what is left out becomes the default. `ExpirePasswords` is told, not set. */
function inputOf(policy: PasswordPolicy): object {
  return {
    MinimumPasswordLength: policy.MinimumPasswordLength,
    RequireSymbols: policy.RequireSymbols,
    RequireNumbers: policy.RequireNumbers,
    RequireUppercaseCharacters: policy.RequireUppercaseCharacters,
    RequireLowercaseCharacters: policy.RequireLowercaseCharacters,
    AllowUsersToChangePassword: policy.AllowUsersToChangePassword,
    MaxPasswordAge: policy.MaxPasswordAge ?? 0,
    PasswordReusePrevention: policy.PasswordReusePrevention ?? 0,
    HardExpiry: policy.HardExpiry ?? false,
  }
}
