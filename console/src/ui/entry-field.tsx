import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import type { RefObject } from 'react'

/** A field for what somebody proves that it is them by: as it is typed, with no spelling looked up. */
export function EntryField({
  label,
  description,
  error,
  value,
  onChange,
  type = 'text',
  autoComplete,
  inputRef,
}: {
  readonly label: string
  readonly description?: string
  readonly error?: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'password'
  readonly autoComplete: string
  readonly inputRef?: RefObject<InputProps.Ref | null>
}) {
  return (
    <FormField label={label} description={description} errorText={error}>
      <Input
        {...(inputRef !== undefined && { ref: inputRef })}
        type={type}
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        autoComplete={autoComplete}
        spellcheck={false}
      />
    </FormField>
  )
}
