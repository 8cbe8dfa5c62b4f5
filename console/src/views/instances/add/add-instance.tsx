import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { Page } from '../../../ui/page.tsx'
import { readGroupsOfSites } from '../../security-groups/read-groups.ts'
import { AddForm } from './add-form.tsx'
import { JoinPanel, type MadeToken } from './join-panel.tsx'
import { tokenRequest, type WantedInstance } from './wanted-instance.ts'

interface TokenAnswer {
  readonly JoinTokenId: string
  readonly JoinToken: string
  readonly ExpiresAt: number
}

/** From a name to a host that is there: one command to paste, and then its arrival. */
export function AddInstance() {
  const groups = useAnswer('groups', readGroupsOfSites)
  const [wanted, setWanted] = useState<WantedInstance>(() => ({
    name: '',
    tags: [],
    site: '',
    groups: { kind: 'none' },
    lifeSeconds: 900,
    server: location.origin,
  }))
  const [made, setMade] = useState<MadeToken>()
  const act = useAct(async () => {
    const answer = await call<TokenAnswer>('fleetkey', 'CreateJoinToken', tokenRequest(wanted))
    setMade({
      joinTokenId: answer.JoinTokenId,
      token: answer.JoinToken,
      expiresAt: answer.ExpiresAt,
    })
  })
  return (
    <Page
      title="Add an instance"
      parents={[{ text: 'Instances', href: '/instances' }]}
      description="A host becomes an instance with one command that you paste there. Its agent only dials out: no port is opened for it."
    >
      {made === undefined ? (
        <AddForm
          wanted={wanted}
          groups={groups}
          act={act}
          onChange={(change) => setWanted((last) => ({ ...last, ...change }))}
          onSubmit={() => void act.run()}
        />
      ) : (
        <JoinPanel
          key={made.joinTokenId}
          made={made}
          wanted={wanted}
          groups={groups.value ?? []}
          onAnother={() => {
            setMade(undefined)
            setWanted((last) => ({ ...last, name: '' }))
          }}
        />
      )}
    </Page>
  )
}
