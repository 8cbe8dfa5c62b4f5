import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import type { LaunchAnswer } from './launch-orders.ts'

// The launch program of the demo's server: brings the order to the demo, which makes the host, and ends as that went.

const socket = createConnection(process.argv[2] ?? '')
socket.end(await text(process.stdin))
const { code, message } = JSON.parse(await text(socket)) as LaunchAnswer
if (message !== '') process.stderr.write(`${message}\n`)
process.exitCode = code
