import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { counted } from '../../../ui/counted.ts'
import { useFocusFirst } from '../../../ui/use-focus-first.ts'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { BulkRows } from './bulk-rows.tsx'
import type { RightsCall } from './rights-calls.ts'
import { useBulkDelete } from './use-bulk-delete.ts'

/** Something that is deleted along with others. */
export interface BulkItem {
  readonly name: string
  /** Without what makes it take along what hangs on it. */
  readonly call: RightsCall
}

/** As AWS has it. */
const WORD = 'delete'

/**
 * Deletes several, once a word is typed: each by itself with what hangs on it, wholly or not at all. What was refused stays, and says why.
 */
export function BulkDelete({
  noun,
  items,
  means,
  leftOut,
  onClose,
}: {
  /** Of one: `user`. */
  readonly noun: readonly [one: string, several: string]
  readonly items: readonly BulkItem[]
  /** What goes with each of them: a sentence. */
  readonly means: string
  /** What is selected and stays all the same, and why. */
  readonly leftOut?: string | undefined
  /** @param hasDeleted whether any is gone */
  readonly onClose: (hasDeleted: boolean) => void
}) {
  const [typed, setTyped] = useState('')
  const field = useFocusFirst<InputProps.Ref>()
  const { outcomes, isRunning, run } = useBulkDelete()
  const what = counted(items.length, ...noun)
  const left = items.filter(({ name }) => outcomes.get(name)?.kind !== 'deleted')
  const isOver = outcomes.size > 0 && !isRunning
  const hasDeleted = left.length < items.length
  const isTyped = typed.trim().toLowerCase() === WORD
  const close = () => {
    if (!isRunning) onClose(hasDeleted)
  }
  return (
    <Modal
      visible
      size="large"
      header={`Delete ${what}${isOver ? '' : '?'}`}
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              variant={isOver && left.length === 0 ? 'primary' : 'link'}
              disabled={isRunning}
              onClick={close}
            >
              {isOver ? 'Done' : 'Cancel'}
            </Button>
            {left.length > 0 && (
              <Button
                variant="primary"
                disabled={!isTyped}
                loading={isRunning}
                onClick={() => void run(left)}
              >
                {isOver ? 'Try again' : 'Delete'}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {isOver ? (
          <div aria-live="polite">
            <Alert type={left.length === 0 ? 'success' : 'error'}>
              {left.length === 0
                ? `${what} deleted.`
                : `${items.length - left.length} of ${what} deleted. The others are as they were.`}
            </Alert>
          </div>
        ) : (
          <Alert type="warning">This cannot be taken back. {means}</Alert>
        )}
        {leftOut !== undefined && <Alert type="info">{leftOut}</Alert>}
        <BulkRows header={noun[0]} items={items} outcomes={outcomes} />
        {outcomes.size === 0 && (
          <SpaceBetween size="m">
            <CallsPreview calls={items.map(({ call }) => call)} />
            <FormField label={`To confirm, type ${WORD}`}>
              <Input
                ref={field}
                value={typed}
                placeholder={WORD}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => setTyped(detail.value)}
                onKeyDown={({ detail }) => {
                  if (detail.key === 'Enter' && isTyped && !isRunning) void run(left)
                }}
              />
            </FormField>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Modal>
  )
}
