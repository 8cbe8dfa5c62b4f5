import Button from '@cloudscape-design/components/button'
import Flashbar from '@cloudscape-design/components/flashbar'
import { useEffect } from 'react'
import {
  currentSession,
  forgetSession,
  lastUseAt,
  type ConsoleSession,
} from '../api/console-session.ts'
import { askServerTime, serverTime } from '../api/server-time.ts'
import { stay } from '../api/signing-in.ts'
import { useAct } from '../api/use-act.ts'
import { agoText } from '../ui/time-words.ts'
import { useNow } from '../ui/use-now.ts'
import { sessionEnd } from './session-end.ts'

/** Says that the session is about to end, while there is still time to stay or to keep what one was writing. */
export function SessionEndNotice({ session }: { readonly session: ConsoleSession }) {
  const now = useNow()
  const act = useAct(stay)
  const end = sessionEnd(session, { lastUseAt: lastUseAt(), now })
  useEffect(() => {
    if (end.kind === 'over') void forgetIfOver(session)
  }, [end.kind, session])
  if (end.kind === 'far' || end.kind === 'over') return undefined
  const when = agoText(new Date(end.at), now)
  return (
    <Flashbar
      items={[
        end.kind === 'idle'
          ? {
              type: 'warning',
              header: `You are signed out ${when}`,
              content: 'Nothing was asked for a while.',
              action: (
                <Button onClick={() => void act.run()} loading={act.isRunning}>
                  Stay signed in
                </Button>
              ),
            }
          : {
              type: 'warning',
              header: `Your session ends ${when}`,
              content:
                'This page stays as it is, with what you have typed: you sign in again then, and go on.',
            },
      ]}
    />
  )
}

/** The browser may have slept, or its clock have been set, since the control plane told the time. */
async function forgetIfOver(session: ConsoleSession): Promise<void> {
  await askServerTime()
  const end = sessionEnd(session, { lastUseAt: lastUseAt(), now: serverTime() })
  // Another may have begun meanwhile.
  if (end.kind === 'over' && currentSession() === session) forgetSession()
}
