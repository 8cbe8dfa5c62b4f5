import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import { useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { modeText, octalText } from './byte-words.ts'

const WHOM = [
  { name: 'Owner', shift: 6 },
  { name: 'Group', shift: 3 },
  { name: 'Others', shift: 0 },
] as const
const WHAT = [
  { name: 'read', bit: 4 },
  { name: 'write', bit: 2 },
  { name: 'execute', bit: 1 },
] as const

/** Who may do what with a file or a folder: by boxes, or as chmod has it. */
export function ModeDialog({
  entry,
  onMode,
  onDone,
  onClose,
}: {
  readonly entry: FileEntry
  readonly onMode: (mode: string) => Promise<void>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [octal, setOctal] = useState(octalText(entry.mode))
  const changing = useAct(onMode)
  const isMode = /^[0-7]{3,4}$/.test(octal)
  const mode = isMode ? Number.parseInt(octal, 8) : entry.mode
  const submit = async () => {
    if (await changing.run(octal)) onDone()
  }
  return (
    <FormDialog
      header={`Permissions of ${escapeActing(entry.name)}`}
      action="Change"
      isRunning={changing.isRunning}
      isComplete={isMode && mode !== entry.mode}
      onSubmit={() => void submit()}
      onCancel={onClose}
    >
      {WHOM.map(({ name: whom, shift }) => (
        <fieldset key={whom} className="terminal-mode">
          <legend>{whom}</legend>
          {WHAT.map(({ name: what, bit }) => (
            <Checkbox
              key={what}
              checked={(mode & (bit << shift)) !== 0}
              disabled={!isMode}
              onChange={() => setOctal(octalText(mode ^ (bit << shift)))}
            >
              {what}
            </Checkbox>
          ))}
        </fieldset>
      ))}
      <FormField
        label="As chmod has it"
        errorText={isMode ? undefined : 'Three or four digits from 0 to 7, e.g. 0644.'}
      >
        <Input
          value={octal}
          inputMode="numeric"
          autoComplete={false}
          onChange={({ detail }) => setOctal(detail.value)}
        />
      </FormField>
      <Box color="text-body-secondary">
        {modeText(entry.mode)} now, {modeText(mode)} then.
      </Box>
      <Refusal refusal={changing.refusal} header="The host did not do it" />
    </FormDialog>
  )
}
