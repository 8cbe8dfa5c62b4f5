import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { EntryField } from '../../../ui/entry-field.tsx'
import { newPassword } from './new-password.ts'

/** How somebody gets a password. */
export interface PasswordChoice {
  readonly kind: 'generated' | 'own'
  readonly password: string
  readonly mustChange: boolean
}

/** A generated one, to be changed at the first sign-in. Never kept anywhere but on the page. */
export const freshPassword = (): PasswordChoice => ({
  kind: 'generated',
  password: newPassword(() => crypto.getRandomValues(new Uint8Array(1))[0] ?? 0),
  mustChange: true,
})

export function PasswordFields({
  choice,
  onChange,
  problem,
}: {
  readonly choice: PasswordChoice
  readonly onChange: (choice: PasswordChoice) => void
  /** What the control plane said against it. */
  readonly problem?: string | undefined
}) {
  return (
    <SpaceBetween size="m">
      <FormField label="Console password">
        <RadioGroup
          value={choice.kind}
          onChange={({ detail }) =>
            onChange(
              detail.value === 'own'
                ? { ...choice, kind: 'own', password: '' }
                : { ...freshPassword(), mustChange: choice.mustChange },
            )
          }
          items={[
            {
              value: 'generated',
              label: 'Generated password',
              description: 'You see it once, when it is set.',
            },
            { value: 'own', label: 'Password of your own' },
          ]}
        />
      </FormField>
      {choice.kind === 'own' && (
        <EntryField
          label="Password"
          description="What it must be like stands in the account settings; by default twelve characters."
          type="password"
          value={choice.password}
          error={problem}
          onChange={(password) => onChange({ ...choice, password })}
          autoComplete="new-password"
        />
      )}
      <Checkbox
        checked={choice.mustChange}
        onChange={({ detail }) => onChange({ ...choice, mustChange: detail.checked })}
        description="Then nobody but them knows it."
      >
        Must be changed at the next sign-in
      </Checkbox>
    </SpaceBetween>
  )
}
