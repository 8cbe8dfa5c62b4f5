import { WebSocket } from 'ws'
import type { LinkTarget } from './simulated-agent.ts'
import { untilOpen } from './until-open.ts'

/** Links one agent of the bare relay (`relay.ts`): it says yes to everything at once. */
export function linkBareAgent(target: LinkTarget, instanceId: string): Promise<void> {
  const url = `${target.url.replace('http', 'ws')}/${instanceId}`
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const { isOpen, opened } = untilOpen(socket)
  socket.on('open', opened)
  socket.on('message', (data: Buffer) => {
    const { exchange } = JSON.parse(data.toString('utf8')) as { exchange: number }
    socket.send(JSON.stringify({ kind: 'installed', exchange }))
  })
  return isOpen
}
