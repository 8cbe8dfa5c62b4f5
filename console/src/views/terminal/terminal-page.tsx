import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { isOsUser } from '@fleetkey/domain/os-user'
import { TERMINAL_ID_PATTERN } from '@fleetkey/wire/terminal/protocol'
import { useEffect } from 'react'
import { redirect } from 'react-router'
import { loadSession } from '../../api/signing-in.ts'
import { terminals } from '../../terminal/live/terminals.ts'
import { TerminalWorkspace } from '../../terminal/ui/terminal-workspace.tsx'
import { useWorkspace } from '../../terminal/ui/use-live.ts'
import { activePane } from '../../terminal/workspace/workspace.ts'
import { NoTerminals } from './no-terminals.tsx'

/** The page of terminals. */
export function TerminalPage() {
  const workspace = useWorkspace()
  const terminalId = activePane(workspace)?.terminalId

  useEffect(() => {
    document.title = 'Terminals · Fleetkey'
  }, [])
  // The address leads to the terminal in front, here after a reload and elsewhere when it is sent there.
  useEffect(() => {
    const query = terminalId === undefined ? '' : `?terminal=${terminalId}`
    history.replaceState(history.state, '', `/terminal${query}`)
  }, [terminalId])

  return <TerminalWorkspace empty={<NoTerminals />} />
}

/**
 * What the address asks for: a new shell (`?instance=…&user=…`), one that runs (`?terminal=…`), or to watch one (`?watch=…`). A new one is asked for once: afterwards it is
 * not in the address, so that a reload opens no other.
 */
export async function openAsked({
  request,
}: {
  readonly request: Request
}): Promise<Response | null> {
  // Whoever is not signed in is led elsewhere, and comes back.
  const session = await loadSession()
  if (session === undefined) return null
  terminals.belongTo(session.owner)
  const query = new URL(request.url).searchParams
  const instanceId = query.get('instance') ?? ''
  const osUser = query.get('user') ?? ''
  const terminalId = query.get('terminal') ?? ''
  const watchedId = query.get('watch') ?? ''
  if (TERMINAL_ID_PATTERN.test(watchedId)) return redirect(`/recordings/live/${watchedId}`)
  if (INSTANCE_ID_PATTERN.test(instanceId) && isOsUser(osUser)) {
    terminals.open({ instanceId, osUser })
    return redirect('/terminal')
  }
  if (TERMINAL_ID_PATTERN.test(terminalId)) {
    terminals.attach({ terminalId, instanceId: '', osUser: '' })
  }
  return null
}
