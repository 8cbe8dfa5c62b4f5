import Input from '@cloudscape-design/components/input'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Select from '@cloudscape-design/components/select'
import Toggle from '@cloudscape-design/components/toggle'
import { useEffect, useState } from 'react'
import {
  WITHIN,
  type QueryText,
  type RecordingQuery,
  type Within,
} from '../../recordings/recording-query.ts'

const STATES = [
  { value: '', label: 'Any' },
  { value: 'running', label: 'Running' },
  { value: 'finished', label: 'Finished' },
  { value: 'cut-off', label: 'Cut off' },
  { value: 'failed', label: 'Failed' },
]
const TIMES = Object.entries(WITHIN).map(([value, { text }]) => ({ value, label: text }))
/** So long after the last key the list is asked. */
const TYPED_MS = 400

/** What recordings are wanted; the server looks for them. */
export function RecordingFilters({
  query,
  onChange,
}: {
  readonly query: RecordingQuery
  readonly onChange: (query: RecordingQuery) => void
}) {
  const [typed, setTyped] = useState({
    user: query.user,
    instance: query.instance,
    osUser: query.osUser,
  })
  useEffect(() => {
    const isSame =
      typed.user === query.user &&
      typed.instance === query.instance &&
      typed.osUser === query.osUser
    if (isSame) return
    const timer = setTimeout(() => onChange({ ...query, ...typed }), TYPED_MS)
    return () => clearTimeout(timer)
  }, [typed, query, onChange])

  const field = (name: Exclude<QueryText, 'state'>, label: string, placeholder: string) => (
    <FormField label={label}>
      <Input
        type="search"
        value={typed[name]}
        placeholder={placeholder}
        onChange={({ detail }) => setTyped({ ...typed, [name]: detail.value.trim() })}
      />
    </FormField>
  )
  return (
    <Grid
      gridDefinition={Array.from({ length: 6 }, () => ({
        colspan: { default: 12, xxs: 6, xs: 4, m: 2 },
      }))}
    >
      {field('user', 'User name', 'Name or ARN')}
      {field('instance', 'Instance', 'Name or i-…')}
      {field('osUser', 'OS user', 'root')}
      <FormField label="Began">
        <Select
          options={TIMES}
          selectedOption={TIMES.find(({ value }) => value === query.within) ?? null}
          onChange={({ detail }) =>
            onChange({ ...query, within: detail.selectedOption.value as Within })
          }
        />
      </FormField>
      <FormField label="State">
        <Select
          options={STATES}
          selectedOption={STATES.find(({ value }) => value === query.state) ?? null}
          onChange={({ detail }) =>
            onChange({ ...query, state: detail.selectedOption.value ?? '' })
          }
        />
      </FormField>
      <FormField label="Whose">
        <Toggle
          checked={query.mine}
          onChange={({ detail }) => onChange({ ...query, mine: detail.checked })}
        >
          Only mine
        </Toggle>
      </FormField>
    </Grid>
  )
}
