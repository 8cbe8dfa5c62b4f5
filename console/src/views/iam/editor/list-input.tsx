import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'

/** Several short texts in one field, with commas between. */
export function ListInput({
  label,
  description,
  placeholder,
  values,
  onChange,
}: {
  readonly label: string
  readonly description?: string
  readonly placeholder?: string
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
}) {
  const [typed, setTyped] = useState(values.join(', '))
  // Somebody else set other values, e.g. the other editor: what was typed is of no use then.
  const isTheirs = splitTexts(typed).join() === values.join()
  return (
    <FormField label={label} description={description}>
      <Input
        value={isTheirs ? typed : values.join(', ')}
        {...(placeholder !== undefined && { placeholder })}
        onChange={({ detail }) => {
          setTyped(detail.value)
          onChange(splitTexts(detail.value))
        }}
      />
    </FormField>
  )
}

/** Each once. */
function splitTexts(typed: string): readonly string[] {
  const texts = typed.split(',').map((text) => text.trim())
  return [...new Set(texts.filter((text) => text !== ''))]
}
