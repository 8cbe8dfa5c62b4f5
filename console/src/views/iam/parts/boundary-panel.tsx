import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { RouteLink } from '../../../ui/route-link.tsx'
import { policyPage, type Holder } from '../api/holder.ts'
import type { Policy } from '../api/shapes.ts'
import { ChoosePolicies } from './choose-policies.tsx'
import { boundaryCall } from './rights-calls.ts'
import { RightsDialog } from './rights-dialog.tsx'

/** The most that a user or role may ever do, whatever its policies say. */
export function BoundaryPanel({
  holder,
  arn,
  onChanged,
}: {
  readonly holder: Holder
  readonly arn: string | undefined
  readonly onChanged: () => void
}) {
  const [open, setOpen] = useState<'set' | 'remove'>()
  const done = () => {
    setOpen(undefined)
    onChanged()
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A policy that allows nothing by itself: it is the most that may ever be done."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {arn !== undefined && (
                <Button onClick={() => setOpen('remove')}>Remove boundary</Button>
              )}
              <Button onClick={() => setOpen('set')}>
                {arn === undefined ? 'Set boundary' : 'Change boundary'}
              </Button>
            </SpaceBetween>
          }
        >
          Permissions boundary
        </Header>
      }
    >
      {arn === undefined ? (
        <Box color="text-body-secondary">Not set.</Box>
      ) : (
        <RouteLink to={policyPage(arn)}>{arn.split('/').at(-1)}</RouteLink>
      )}
      {open === 'set' && (
        <SetDialog holder={holder} onDone={done} onClose={() => setOpen(undefined)} />
      )}
      {open === 'remove' && (
        <RemoveDialog holder={holder} onDone={done} onClose={() => setOpen(undefined)} />
      )}
    </Container>
  )
}

interface DialogProps {
  readonly holder: Holder
  readonly onDone: () => void
  readonly onClose: () => void
}

function SetDialog({ holder, onDone, onClose }: DialogProps) {
  const [chosen, setChosen] = useState<readonly Policy[]>([])
  return (
    <RightsDialog
      title={`Set the permissions boundary of ${holder.name}`}
      act="Set boundary"
      steps={chosen.map(({ Arn }) => boundaryCall(holder, Arn))}
      onDone={onDone}
      onClose={onClose}
    >
      <ChoosePolicies selected={chosen} onSelect={setChosen} selectionType="single" />
    </RightsDialog>
  )
}

function RemoveDialog({ holder, onDone, onClose }: DialogProps) {
  return (
    <RightsDialog
      title="Remove the permissions boundary?"
      act="Remove boundary"
      steps={[boundaryCall(holder, undefined)]}
      onDone={onDone}
      onClose={onClose}
    >
      <Box>{`${holder.name} may then do all that its policies allow.`}</Box>
    </RightsDialog>
  )
}
