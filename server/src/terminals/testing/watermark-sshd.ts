import { parentPort } from 'node:worker_threads'
import { startThrowAwaySshd } from './throw-away-sshd.ts'

// In a thread of its own, so that its work does not hold up those who are tested: an sshd whose shells repeat what is typed, many times over,
// and tell of whoever typed what another had typed first.

const port = parentPort
if (port === null) throw new Error('this runs in a worker')

/** Lines that each line is answered with. */
const TIMES = 200

const sshd = await startThrowAwaySshd({
  shell({ channel }) {
    let own: string | undefined
    let rest = ''
    channel.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString('latin1')).split('\r')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        own ??= line
        if (line !== own) port.postMessage({ kind: 'foreign', own, line })
        channel.write(`${line}\n`.repeat(TIMES))
      }
    })
  },
})
port.postMessage({ kind: 'ready', port: sshd.port, hostKey: sshd.hostKey })
