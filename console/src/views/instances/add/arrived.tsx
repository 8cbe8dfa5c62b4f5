import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import LiveRegion from '@cloudscape-design/components/live-region'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { useAct } from '../../../api/use-act.ts'
import { Refusal } from '../../../ui/refusal.tsx'
import { useFlashes } from '../../../ui/use-flashes.tsx'
import { sayChange } from '../../security-groups/change-told.tsx'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import { DetailsTab } from '../details/details-tab.tsx'
import { labelOf, type DetailedInstance } from '../listed-instance.ts'
import { giveGroups, type GivenGroups } from './give-groups.ts'
import type { WantedInstance } from './wanted-instance.ts'

/** The host is there: what it is, the groups that it is to get, and Connect. */
export function Arrived({
  instance,
  wanted,
  groups,
  onAnother,
}: {
  readonly instance: DetailedInstance
  readonly wanted: WantedInstance
  readonly groups: readonly ListedGroup[]
  readonly onAnother: () => void
}) {
  const navigate = useNavigate()
  const flashes = useFlashes()
  const { instanceId } = instance
  const given = useRef<GivenGroups>({})
  const attach = useAct(async () => {
    if (wanted.groups.kind === 'none') return
    const known = { all: groups, given: given.current }
    const change = await giveGroups(instance, wanted.groups, known)
    sayChange(flashes, 'It has its security groups.', change)
  })
  const isAsked = useRef(false)
  useEffect(() => {
    // Once, however often this is rendered: each call is on record and tells the host.
    if (isAsked.current || wanted.groups.kind === 'none') return
    isAsked.current = true
    void attach.run()
  })
  return (
    <SpaceBetween size="m">
      <LiveRegion hidden>{`${labelOf(instance)} is there.`}</LiveRegion>
      <Alert
        type="success"
        header={`${labelOf(instance)} is there`}
        action={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={onAnother}>Add another</Button>
            <Button onClick={() => void navigate(`/instances/${instanceId}`)}>View details</Button>
            <Button
              variant="primary"
              onClick={() => void navigate(`/instances/${instanceId}/connect`)}
            >
              Connect
            </Button>
          </SpaceBetween>
        }
      >
        Its agent is connected: keys can be pushed to it now.
      </Alert>
      <Refusal
        refusal={attach.refusal}
        header="It did not get its security groups"
        askFor={
          wanted.groups.kind === 'new'
            ? 'ec2:CreateSecurityGroup, ec2:AuthorizeSecurityGroupIngress and ec2:ModifyInstanceAttribute'
            : 'ec2:ModifyInstanceAttribute'
        }
        onRetry={() => void attach.run()}
      />
      {flashes.shown}
      <DetailsTab instance={instance} />
    </SpaceBetween>
  )
}
