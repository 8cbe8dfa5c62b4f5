import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { ApiRefusal } from '../../../api/api-refusal.ts'
import { Refused } from './refused.tsx'

/** A question with one act as its answer. */
export function Dialog({
  title,
  act,
  cancel = 'Cancel',
  isRunning,
  refusal,
  isDisabled = false,
  size = 'medium',
  before,
  onAct,
  onClose,
  children,
}: {
  readonly title: string
  /** What the button says. */
  readonly act: string
  /** What the other one says. */
  readonly cancel?: string
  readonly isRunning: boolean
  readonly refusal: ApiRefusal | undefined
  readonly isDisabled?: boolean
  readonly size?: 'medium' | 'large'
  /** What is to be seen before the press, however long the rest is: it stays beside the buttons. */
  readonly before?: ReactNode
  readonly onAct: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  return (
    <Modal
      visible
      size={size}
      header={title}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <SpaceBetween size="s">
          <div style={{ maxHeight: '40vh', overflowY: 'auto' }}>{before}</div>
          {/* Beside the buttons, so that it is seen however long the rest is. */}
          <Refused refusal={refusal} />
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onClose}>
                {cancel}
              </Button>
              <Button variant="primary" disabled={isDisabled} loading={isRunning} onClick={onAct}>
                {act}
              </Button>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">{children}</SpaceBetween>
    </Modal>
  )
}
