import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf, policyPage, WORDS, type Holder } from '../api/holder.ts'
import type { Policy } from '../api/shapes.ts'
import { ChoosePolicies, policyKind } from './choose-policies.tsx'
import { groupPolicies, ownPolicies, type HeldPolicy } from './held-policies.ts'
import { Refused } from './refused.tsx'
import { attachCall, removeCall } from './rights-calls.ts'
import { RightsDialog } from './rights-dialog.tsx'

/** Which policies somebody has, by whom, and how to change that. */
export function PermissionsPanel({ holder }: { readonly holder: Holder }) {
  const navigate = useNavigate()
  const key = `${holder.kind} ${holder.name}`
  const own = useAnswer(`own ${key}`, (signal) => ownPolicies(holder, signal))
  const byGroups = useAnswer(`groups ${key}`, async (signal) =>
    holder.kind === 'user' ? groupPolicies(holder.name, signal) : [],
  )
  const [selected, setSelected] = useState<readonly HeldPolicy[]>([])
  const [open, setOpen] = useState<'attach' | 'remove'>()
  const done = () => {
    setOpen(undefined)
    setSelected([])
    own.reload()
  }
  if (own.refusal !== undefined) {
    return (
      <Refused
        refusal={own.refusal}
        header={`The policies of ${holder.name} cannot be shown`}
        onRetry={own.reload}
      />
    )
  }
  const policies = [...(own.value ?? []), ...(byGroups.value ?? [])]
  return (
    <>
      <Table<HeldPolicy>
        items={policies}
        loading={own.value === undefined}
        loadingText="Asking for policies"
        trackBy={idOf}
        wrapLines
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        isItemDisabled={(policy) => policy.holder.kind !== holder.kind}
        ariaLabels={{
          tableLabel: 'Permissions policies',
          selectionGroupLabel: 'Selection',
          allItemsSelectionLabel: () => 'Select all policies',
          itemSelectionLabel: (_selection, policy) => `Select ${policy.name}`,
        }}
        header={
          <Header
            variant="h2"
            counter={`(${policies.length})`}
            description={`What the ${WORDS[holder.kind]} may do; without any, nothing.`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setOpen('remove')}>
                  Remove
                </Button>
                <Button onClick={() => void navigate(`${pageOf(holder)}/inline`)}>
                  Create inline policy
                </Button>
                <Button variant="primary" onClick={() => setOpen('attach')}>
                  Attach policies
                </Button>
              </SpaceBetween>
            }
          >
            Permissions policies
          </Header>
        }
        empty={
          <EmptyState title="No policies">
            {`Nothing is allowed to this ${WORDS[holder.kind]} yet. Attach a policy.`}
          </EmptyState>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: 'Policy name',
            isRowHeader: true,
            cell: (policy) => <RouteLink to={pageOfHeld(policy)}>{policy.name}</RouteLink>,
          },
          {
            id: 'type',
            header: 'Type',
            cell: ({ arn }) => (arn === undefined ? 'Inline' : policyKind(arn)),
          },
          {
            id: 'via',
            header: 'Attached via',
            cell: (policy) =>
              policy.holder.kind === holder.kind ? (
                'Directly'
              ) : (
                <>
                  Group <RouteLink to={pageOf(policy.holder)}>{policy.holder.name}</RouteLink>
                </>
              ),
          },
        ]}
      />
      {byGroups.refusal !== undefined && (
        <Refused
          refusal={byGroups.refusal}
          header="What comes by groups cannot be shown"
          onRetry={byGroups.reload}
        />
      )}
      {open === 'attach' && (
        <AttachDialog holder={holder} onDone={done} onClose={() => setOpen(undefined)} />
      )}
      {open === 'remove' && (
        <RemoveDialog policies={selected} onDone={done} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

const idOf = ({ name, arn, holder }: HeldPolicy) =>
  `${holder.kind} ${holder.name} ${arn ?? `inline ${name}`}`

function pageOfHeld({ name, arn, holder }: HeldPolicy): string {
  return arn === undefined
    ? `${pageOf(holder)}/inline/${encodeURIComponent(name)}`
    : policyPage(arn)
}

interface DialogProps {
  readonly onDone: () => void
  readonly onClose: () => void
}

function AttachDialog({ holder, onDone, onClose }: DialogProps & { readonly holder: Holder }) {
  const [chosen, setChosen] = useState<readonly Policy[]>([])
  return (
    <RightsDialog
      title={`Attach policies to ${holder.name}`}
      act={chosen.length > 1 ? `Attach ${chosen.length} policies` : 'Attach policy'}
      steps={chosen.map(({ Arn }) => attachCall(holder, Arn))}
      onDone={onDone}
      onClose={onClose}
    >
      <ChoosePolicies selected={chosen} onSelect={setChosen} />
    </RightsDialog>
  )
}

function RemoveDialog({
  policies,
  onDone,
  onClose,
}: DialogProps & { readonly policies: readonly HeldPolicy[] }) {
  const inline = policies.filter(({ arn }) => arn === undefined)
  return (
    <RightsDialog
      title={policies.length === 1 ? 'Remove this policy?' : `Remove ${policies.length} policies?`}
      act="Remove"
      steps={policies.map(removeCall)}
      onDone={onDone}
      onClose={onClose}
    >
      <Box>
        {policies.map(({ name }) => name).join(', ')}
        {inline.length > 0 && ': inline policies are gone for good.'}
      </Box>
    </RightsDialog>
  )
}
