import { makeOneTimeKey } from '../ssh/one-time-key.ts'
import { PrivateAgent } from '../ssh/private-agent.ts'
import { KeySocket } from './key-socket.ts'

// For key-socket.test.ts: one connection's process, without a connection. Prints its key; leaves when standard input ends.

const [folder = '', signature = ''] = process.argv.slice(2)
const key = makeOneTimeKey()
const agent = new PrivateAgent(key, Promise.resolve())
const socket = new KeySocket({
  folder,
  name: 'shared',
  agent,
  isOurs: (asked) => asked.equals(Buffer.from(signature)),
})
await socket.open()
process.stdout.write(`${key.line}\n`)
process.stdin.resume().on('end', () => void socket.leave())
