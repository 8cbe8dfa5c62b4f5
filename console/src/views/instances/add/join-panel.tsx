import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import LiveRegion from '@cloudscape-design/components/live-region'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Tabs from '@cloudscape-design/components/tabs'
import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { serverTime } from '../../../api/server-time.ts'
import { useAct } from '../../../api/use-act.ts'
import { Command } from '../../../ui/command.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { useNow } from '../../../ui/use-now.ts'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import type { Arrival } from './arrival.ts'
import { Arrived } from './arrived.tsx'
import { joinCommand, joinUserData } from './join-command.ts'
import { NotArriving } from './not-arriving.tsx'
import { RefusedHosts } from './refused-hosts.tsx'
import { useArrival } from './use-arrival.ts'
import { serverOf, type WantedInstance } from './wanted-instance.ts'

/** A join token that was just made. The secret is in this page's memory only. */
export interface MadeToken {
  readonly joinTokenId: string
  readonly token: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** Somebody who has waited that long wants to know why. */
const LONG_MS = 60_000

/** The command to paste, and whether the host has come. */
export function JoinPanel({
  made,
  wanted,
  groups,
  onAnother,
}: {
  readonly made: MadeToken
  readonly wanted: WantedInstance
  readonly groups: readonly ListedGroup[]
  readonly onAnother: () => void
}) {
  const { arrival, refusal, look } = useArrival(made.joinTokenId)
  const [began] = useState(serverTime)
  const now = useNow()
  const isLong = now - began > LONG_MS
  if (arrival.kind === 'here') {
    return (
      <Arrived instance={arrival.instance} wanted={wanted} groups={groups} onAnother={onAnother} />
    )
  }
  const isOver =
    arrival.kind === 'token-over' || (arrival.kind === 'waited-for' && made.expiresAt * 1000 < now)
  return (
    <SpaceBetween size="l">
      {arrival.kind === 'waited-for' && !isOver && <Paste made={made} wanted={wanted} />}
      <Container header={<Header variant="h2">The host</Header>}>
        <SpaceBetween size="m">
          <Progress arrival={arrival} isOver={isOver} made={made} />
          {(isOver || isLong) && (
            <RefusedHosts
              joinTokenId={made.joinTokenId}
              turn={Math.floor((now - began) / LONG_MS)}
            />
          )}
          <Refusal
            refusal={refusal}
            header="Whether it has arrived is not known"
            askFor="fleetkey:ListJoinTokens and ec2:DescribeInstances"
            onRetry={look}
          />
          {isOver ? (
            <Button variant="primary" onClick={onAnother}>
              Make another token
            </Button>
          ) : (
            <NotArriving
              server={serverOf(wanted)}
              hasJoined={arrival.kind === 'joined'}
              isExpanded={isLong}
            />
          )}
        </SpaceBetween>
      </Container>
      {arrival.kind === 'waited-for' && !isOver && <Revoke made={made} onRevoked={look} />}
    </SpaceBetween>
  )
}

function Paste({ made, wanted }: { readonly made: MadeToken; readonly wanted: WantedInstance }) {
  const join = { server: serverOf(wanted), token: made.token }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Fleetkey is to be on the host already. The join token is shown only now: nobody keeps it."
        >
          Run this on the host
        </Header>
      }
    >
      <LiveRegion hidden>The command to run on the host is there.</LiveRegion>
      <Tabs
        tabs={[
          {
            id: 'sudo',
            label: 'With sudo',
            content: <Command text={joinCommand(join, 'sudo')} />,
          },
          { id: 'root', label: 'As root', content: <Command text={joinCommand(join, 'root')} /> },
          {
            id: 'cloud-init',
            label: 'cloud-init',
            content: (
              <SpaceBetween size="s">
                <Box>User data of a machine that boots for the first time within that time:</Box>
                <Command text={joinUserData(join)} />
              </SpaceBetween>
            ),
          },
        ]}
      />
    </Container>
  )
}

function Progress({
  arrival,
  isOver,
  made,
}: {
  readonly arrival: Arrival
  readonly isOver: boolean
  readonly made: MadeToken
}) {
  if (arrival.kind === 'joined') {
    return (
      <LiveRegion>
        <StatusIndicator type="in-progress">
          It has joined as {arrival.instance.instanceId}. Waiting for its agent to connect.
          {arrival.instance.stateReason !== '' && ` ${arrival.instance.stateReason}`}
        </StatusIndicator>
      </LiveRegion>
    )
  }
  if (isOver) {
    const isRevoked = arrival.kind === 'token-over' && arrival.state === 'revoked'
    return (
      <Alert
        type="warning"
        header={isRevoked ? 'The token was revoked' : 'The token is over, and no host came'}
      >
        {isRevoked
          ? 'Nobody can join with it any more.'
          : 'Nobody can join with it any more. Make another one when the host is ready.'}
      </Alert>
    )
  }
  return (
    <StatusIndicator type="in-progress">
      Waiting for the host. The token is good until <TimeText seconds={made.expiresAt} />.
    </StatusIndicator>
  )
}

function Revoke({ made, onRevoked }: { readonly made: MadeToken; readonly onRevoked: () => void }) {
  const act = useAct(async () => {
    await call('fleetkey', 'RevokeJoinToken', { JoinTokenId: made.joinTokenId })
    onRevoked()
  })
  return (
    <SpaceBetween size="s">
      <Refusal
        refusal={act.refusal}
        header="The token was not revoked"
        askFor="fleetkey:RevokeJoinToken"
      />
      <Button loading={act.isRunning} onClick={() => void act.run()}>
        Revoke the token
      </Button>
    </SpaceBetween>
  )
}
