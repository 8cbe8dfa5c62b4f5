import Alert from '@cloudscape-design/components/alert'
import AttributeEditor, {
  type AttributeEditorProps,
} from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { MAX_RULES_PER_GROUP } from '@fleetkey/domain/security-group'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAct } from '../../api/use-act.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { changeRules } from './change-rules.ts'
import { SourceField } from './source-field.tsx'
import type { ChangeTold } from './hosts-told.ts'
import type { ListedGroup } from './listed-group.ts'
import {
  descriptionProblem,
  draftOf,
  isChange,
  NEW_RULE,
  portsProblem,
  rangeProblem,
  ruleChanges,
  RULE_TYPE_IDS,
  RULE_TYPES,
  rulesProblem,
  withType,
  type RuleDraft,
  type RuleSource,
} from './rule-draft.ts'

/** EC2's "Edit inbound rules". */
export function RulesEditor({
  group,
  onDone,
  onPartlyDone,
  onCancel,
}: {
  readonly group: ListedGroup
  readonly onDone: (change: ChangeTold) => void
  /** The group is to be read again: what is left of the changes is seen then. */
  readonly onPartlyDone: () => void
  readonly onCancel: () => void
}) {
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>(() => group.rules.map(draftOf))
  const [isTried, setTried] = useState(false)
  const editor = useRef<AttributeEditorProps.Ref>(null)
  const changes = ruleChanges(group.rules, drafts)
  const problem = rulesProblem(drafts)
  const act = useAct(async () => onDone(await changeRules(group.groupId, changes)), onPartlyDone)
  const put = (at: number, draft: RuleDraft) => setDrafts(drafts.with(at, draft))
  const putSource = (at: number, source: RuleSource) =>
    // The browser's own address comes late: the rule may be another by then.
    setDrafts((last) => {
      const draft = last[at]
      const isLate = source.range !== '' || source.rangeUnknown !== undefined
      if (draft === undefined || (source.from === 'my-ip' && isLate && draft.from !== 'my-ip')) {
        return last
      }
      return last.with(at, { ...draft, ...source })
    })
  const remove = (at: number) => {
    const left = drafts.toSpliced(at, 1)
    flushSync(() => setDrafts(left))
    // Where the focus was is gone: it goes to the rule that took its place, or the last.
    if (left.length === 0) editor.current?.focusAddButton()
    else editor.current?.focusRemoveButton(Math.min(at, left.length - 1))
  }
  const isEnforcing = group.mode === 'enforce' && group.instanceIds.length > 0
  /** What is still empty is no mistake yet. */
  const told = (text: string, says: string | undefined) =>
    text === '' && !isTried ? undefined : says
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Sources are ranges of addresses, the control plane, and whoever pushes a key, for as long as the grant lives. A group as source is refused: its addresses are what hosts say of themselves."
        >
          Edit inbound rules
        </Header>
      }
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={act.isRunning}
              disabled={!isChange(changes)}
              onClick={() => {
                setTried(true)
                if (problem === undefined) void act.run()
              }}
            >
              Save rules
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={act.refusal}
          header="The rules were not changed"
          askFor="ec2:AuthorizeSecurityGroupIngress and ec2:RevokeSecurityGroupIngress"
        />
        {isTried && problem !== undefined && <Alert type="error">{problem}</Alert>}
        <AttributeEditor
          ref={editor}
          items={drafts}
          empty="No rules: nobody is let in once it is enforced."
          addButtonText="Add rule"
          removeButtonText="Delete"
          removeButtonAriaLabel={({ type, range }) =>
            `Delete the rule ${RULE_TYPES[type].label} ${range}`
          }
          disableAddButton={drafts.length >= MAX_RULES_PER_GROUP}
          onAddButtonClick={() => setDrafts([...drafts, NEW_RULE])}
          onRemoveButtonClick={({ detail }) => remove(detail.itemIndex)}
          gridLayout={[
            { breakpoint: 'm', rows: [[3, 2, 4, 3]], removeButton: { width: 'auto' } },
            {
              breakpoint: 'xs',
              rows: [
                [1, 1],
                [1, 1],
              ],
              removeButton: { ownRow: true },
            },
            { rows: [[1], [1], [1], [1]], removeButton: { ownRow: true } },
          ]}
          definition={[
            {
              label: 'Type',
              control: (draft, at) => (
                <Select
                  ariaLabel="Type"
                  options={RULE_TYPE_IDS.map((id) => ({ value: id, label: RULE_TYPES[id].label }))}
                  selectedOption={{ value: draft.type, label: RULE_TYPES[draft.type].label }}
                  onChange={({ detail }) => {
                    const type = RULE_TYPE_IDS.find((id) => id === detail.selectedOption.value)
                    if (type !== undefined) put(at, withType(draft, type))
                  }}
                />
              ),
            },
            {
              label: 'Port range',
              control: (draft, at) => (
                <Input
                  ariaLabel="Port range"
                  value={draft.ports}
                  disabled={RULE_TYPES[draft.type].ports !== undefined}
                  placeholder="2222"
                  onChange={({ detail }) => put(at, { ...draft, ports: detail.value })}
                />
              ),
              errorText: (draft) => told(draft.ports, portsProblem(draft)),
            },
            {
              label: 'Source',
              control: (draft, at) => (
                <SourceField source={draft} onChange={(source) => putSource(at, source)} />
              ),
              constraintText: (draft) =>
                draft.from === 'my-ip' && draft.range !== ''
                  ? 'As the control plane sees you now. It may change when you move.'
                  : undefined,
              errorText: (draft) => draft.rangeUnknown ?? told(draft.range, rangeProblem(draft)),
            },
            {
              label: 'Description - optional',
              control: (draft, at) => (
                <Input
                  ariaLabel="Description"
                  value={draft.description}
                  onChange={({ detail }) => put(at, { ...draft, description: detail.value })}
                />
              ),
              errorText: descriptionProblem,
            },
          ]}
        />
        {isEnforcing && changes.revoke.length > 0 && (
          <Alert type="warning">
            This group enforces on {group.instanceIds.length}{' '}
            {group.instanceIds.length === 1 ? 'instance' : 'instances'}: new connections that only
            these rules let in are cut as soon as it is saved.
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  )
}
