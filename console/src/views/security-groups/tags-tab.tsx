import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { MODE_TAG } from '@fleetkey/domain/security-group'
import { useState } from 'react'
import { changeTags } from '../../api/change-tags.ts'
import { useAct } from '../../api/use-act.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { draftsProblem, tagChanges, type TagDraft } from '../../ui/tag-changes.ts'
import { TagEditor } from '../../ui/tag-editor.tsx'
import type { Flashes } from '../../ui/use-flashes.tsx'
import type { ListedGroup } from './listed-group.ts'

/** Its tags but the mode, which is changed where what it does is said. */
export function GroupTagsTab({
  group,
  flashes,
  onChanged,
}: {
  readonly group: ListedGroup
  readonly flashes: Flashes
  readonly onChanged: () => void
}) {
  const before = new Map([...group.tags].filter(([key]) => key !== MODE_TAG))
  const [drafts, setDrafts] = useState<readonly TagDraft[]>(() =>
    [...before].map(([key, value]) => ({ key, value })),
  )
  const changes = tagChanges(before, drafts)
  const isChanged = changes.set.length + changes.remove.length > 0
  const isMode = drafts.some(({ key }) => key.toLowerCase() === MODE_TAG)
  const act = useAct(async () => {
    await changeTags([group.groupId], changes)
    flashes.say('success', `The tags of ${group.name} are changed.`)
    onChanged()
  }, onChanged)
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button
              disabled={
                group.mode === undefined ||
                !isChanged ||
                isMode ||
                draftsProblem(drafts) !== undefined
              }
              loading={act.isRunning}
              onClick={() => void act.run()}
            >
              Save tags
            </Button>
          }
        >
          Tags
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={act.refusal}
          header="The tags were not changed"
          askFor="ec2:CreateTags and ec2:DeleteTags"
        />
        <TagEditor drafts={drafts} onChange={setDrafts} empty="It has no tags." />
      </SpaceBetween>
    </Container>
  )
}
