import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef } from 'react'
import { asRefusal } from '../../api/api-refusal.ts'
import { readOwnRange } from '../../api/own-address.ts'
import { RULE_FROM_IDS, RULE_FROMS, type RuleFrom, type RuleSource } from './rule-draft.ts'

/** From where a rule lets in. */
export function SourceField({
  source: { from, range },
  offered = RULE_FROM_IDS,
  onChange,
}: {
  readonly source: RuleSource
  readonly offered?: readonly RuleFrom[]
  /** Called once more when the browser's own address is known. */
  readonly onChange: (source: RuleSource) => void
}) {
  // The browser's own address comes late: other fields may have changed by then, or this one be gone.
  const tell = useRef<((source: RuleSource) => void) | undefined>(undefined)
  useEffect(() => {
    tell.current = onChange
    return () => {
      tell.current = undefined
    }
  }, [onChange])

  async function choose(next: RuleFrom): Promise<void> {
    onChange({ from: next, range: '', rangeUnknown: undefined })
    if (next === 'my-ip') tell.current?.(await ownSource())
  }
  return (
    <SpaceBetween size="xxs">
      <Select
        ariaLabel="Source"
        options={offered.map((id) => ({ value: id, label: RULE_FROMS[id] }))}
        selectedOption={{ value: from, label: RULE_FROMS[from] }}
        onChange={({ detail }) => {
          const next = offered.find((id) => id === detail.selectedOption.value)
          if (next !== undefined) void choose(next)
        }}
      />
      {(from === 'custom' || (from === 'my-ip' && range !== '')) && (
        <Input
          ariaLabel="Source range"
          value={range}
          placeholder="192.0.2.0/24"
          spellcheck={false}
          readOnly={from === 'my-ip'}
          onChange={({ detail }) => onChange({ from, range: detail.value.trim() })}
        />
      )}
    </SpaceBetween>
  )
}

async function ownSource(): Promise<RuleSource> {
  const from = 'my-ip'
  try {
    const own = await readOwnRange()
    return own.kind === 'known'
      ? { from, range: own.range, rangeUnknown: undefined }
      : { from, range: '', rangeUnknown: own.because }
  } catch (error) {
    return { from, range: '', rangeUnknown: asRefusal(error).message }
  }
}
