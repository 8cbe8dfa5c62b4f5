import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { keepSettings } from '../settings/kept-settings.ts'
import {
  BELLS,
  CURSORS,
  FONT_SIZE,
  isFontFamily,
  SCROLLBACK,
  type TerminalSettings,
} from '../settings/terminal-settings.ts'
import { THEME_NAMES, THEME_WORDS } from '../settings/themes.ts'
import { useTerminalSettings } from './use-live.ts'

/** Settings of terminals on this device: each is in force at once. */
export function SettingsModal({ onClose }: { readonly onClose: () => void }) {
  const settings = useTerminalSettings()
  return (
    <Modal visible header="Terminal settings" closeAriaLabel="Close" onDismiss={onClose}>
      <SpaceBetween size="m">
        <FormField label="Theme">
          <Choice
            value={settings.theme}
            options={['console', ...THEME_NAMES] as const}
            words={{ console: 'As the console', ...THEME_WORDS }}
            onChoose={(theme) => keepSettings({ theme })}
          />
        </FormField>
        <NumberField
          label="Font size"
          constraint={`${FONT_SIZE.min} to ${FONT_SIZE.max} pixels`}
          value={settings.fontSize}
          onChoose={(fontSize) => keepSettings({ fontSize })}
        />
        <FontField settings={settings} />
        <NumberField
          label="Scrollback"
          constraint={`Up to ${SCROLLBACK.max.toLocaleString('en')} lines`}
          value={settings.scrollback}
          onChoose={(scrollback) => keepSettings({ scrollback })}
        />
        <FormField label="Cursor">
          <Choice
            value={settings.cursorStyle}
            options={CURSORS}
            words={{ block: 'Block', bar: 'Bar', underline: 'Underline' }}
            onChoose={(cursorStyle) => keepSettings({ cursorStyle })}
          />
        </FormField>
        <FormField label="Bell">
          <Choice
            value={settings.bell}
            options={BELLS}
            words={{ none: 'None', flash: 'Flash', sound: 'Sound' }}
            onChoose={(bell) => keepSettings({ bell })}
          />
        </FormField>
        <SpaceBetween size="xs">
          <Checkbox
            checked={settings.guardsPaste}
            description="Characters that act are always shown, and never pasted"
            onChange={({ detail }) => keepSettings({ guardsPaste: detail.checked })}
          >
            Show several lines before they are pasted
          </Checkbox>
          <Checkbox
            checked={settings.copiesOnSelect}
            onChange={({ detail }) => keepSettings({ copiesOnSelect: detail.checked })}
          >
            Copy what is selected at once
          </Checkbox>
          <Checkbox
            checked={settings.screenReader}
            description="Slower with much output"
            onChange={({ detail }) => keepSettings({ screenReader: detail.checked })}
          >
            Screen reader
          </Checkbox>
          <Checkbox
            checked={settings.cursorBlink}
            onChange={({ detail }) => keepSettings({ cursorBlink: detail.checked })}
          >
            Blinking cursor
          </Checkbox>
        </SpaceBetween>
      </SpaceBetween>
    </Modal>
  )
}

function Choice<Value extends string>({
  value,
  options,
  words,
  onChoose,
}: {
  readonly value: Value
  readonly options: readonly Value[]
  readonly words: Readonly<Record<Value, string>>
  readonly onChoose: (value: Value) => void
}) {
  return (
    <Select
      selectedOption={{ value, label: words[value] }}
      options={options.map((each) => ({ value: each, label: words[each] }))}
      onChange={({ detail }) => {
        const chosen = options.find((each) => each === detail.selectedOption.value)
        if (chosen !== undefined) onChoose(chosen)
      }}
    />
  )
}

function NumberField({
  label,
  constraint,
  value,
  onChoose,
}: {
  readonly label: string
  readonly constraint: string
  readonly value: number
  readonly onChoose: (value: number) => void
}) {
  const [typed, setTyped] = useState<string>()
  return (
    <FormField label={label} constraintText={constraint}>
      <Input
        type="number"
        inputMode="numeric"
        value={typed ?? String(value)}
        onChange={({ detail }) => setTyped(detail.value)}
        onBlur={() => {
          const number = Number.parseInt(typed ?? '', 10)
          if (Number.isSafeInteger(number)) onChoose(number)
          // What is in force is shown: the nearest that may be, where it was too much.
          setTyped(undefined)
        }}
      />
    </FormField>
  )
}

function FontField({ settings }: { readonly settings: TerminalSettings }) {
  const [typed, setTyped] = useState(settings.fontFamily)
  const isRight = isFontFamily(typed)
  return (
    <FormField
      label="Font"
      constraintText="Names of fonts that this device has, best first; empty for its own"
      errorText={isRight ? undefined : 'Only names of fonts, with commas between them.'}
    >
      <Input
        value={typed}
        placeholder="Fira Code, DejaVu Sans Mono"
        onChange={({ detail }) => setTyped(detail.value)}
        onBlur={() => {
          if (isRight) keepSettings({ fontFamily: typed.trim() })
        }}
      />
    </FormField>
  )
}
