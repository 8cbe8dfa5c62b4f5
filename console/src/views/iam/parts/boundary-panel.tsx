import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { named, NOUNS, policyPage, type Holder } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Policy } from '../api/shapes.ts'
import { ChoosePolicies } from './choose-policies.tsx'
import { Dialog } from './dialog.tsx'
import { whenDone } from './when-done.ts'

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
  const act = useAct(() =>
    iam(`Put${NOUNS[holder.kind]}PermissionsBoundary`, {
      ...named(holder),
      PermissionsBoundary: chosen[0]?.Arn,
    }),
  )
  return (
    <Dialog
      title={`Set the permissions boundary of ${holder.name}`}
      act="Set boundary"
      size="large"
      isRunning={act.isRunning}
      isDisabled={chosen.length === 0}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <ChoosePolicies selected={chosen} onSelect={setChosen} selectionType="single" />
    </Dialog>
  )
}

function RemoveDialog({ holder, onDone, onClose }: DialogProps) {
  const act = useAct(() => iam(`Delete${NOUNS[holder.kind]}PermissionsBoundary`, named(holder)))
  return (
    <Dialog
      title="Remove the permissions boundary?"
      act="Remove boundary"
      isRunning={act.isRunning}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <Box>{`${holder.name} may then do all that its policies allow.`}</Box>
    </Dialog>
  )
}
