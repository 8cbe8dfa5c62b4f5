import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import { useMemo } from 'react'
import { findByName, nameOfKnown } from './find-by-name.ts'
import type { KnownOnes } from './use-known.ts'

/** A field for a user, a role or an instance: by its name or its id. */
export function KnownInput({
  label,
  placeholder,
  what,
  ones: { known, isLoading, refusal },
  value,
  onChange,
}: {
  readonly label: string
  readonly placeholder: string
  /** What is looked for, e.g. `user or role`. */
  readonly what: string
  readonly ones: KnownOnes
  /** What is typed, or the id of what was chosen. */
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const options = useMemo(
    () =>
      known.map(({ id, name, detail }) => ({
        value: id,
        label: name === '' ? id : name,
        description: id,
        ...(detail !== '' && { labelTag: detail }),
      })),
    [known],
  )
  const found = findByName(value, known)
  const isUnclear =
    value !== '' && found === undefined && !isLoading && known.some(({ name }) => name === value)
  return (
    <FormField
      label={label}
      constraintText={
        refusal !== undefined
          ? `They cannot be listed: type the id or ARN. ${refusal.message}`
          : found !== undefined && found.name !== ''
            ? `${nameOfKnown(found.id, known)} · ${found.id}`
            : `Name or id of ${/^[aeio]/.test(what) ? 'an' : 'a'} ${what}`
      }
      errorText={
        isUnclear && 'There are several of that name: choose one, or write user/NAME or role/NAME.'
      }
    >
      <Autosuggest
        value={value}
        options={options}
        virtualScroll
        placeholder={placeholder}
        statusType={isLoading ? 'loading' : 'finished'}
        loadingText="Asking who there is"
        empty={
          known.length === 0 && refusal === undefined ? `There is no ${what} yet` : 'Nothing fits'
        }
        enteredTextLabel={(text) => `Use: "${text}"`}
        ariaLabel={label}
        clearAriaLabel={`Clear: ${label}`}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  )
}
