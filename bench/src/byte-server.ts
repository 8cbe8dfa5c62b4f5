import { createServer, type Socket } from 'node:net'

/**
 * A program for a test host: `byte-server ADDRESS PORT`. Whoever connects says in one line what they want: `up` (all bytes are read, and
 * one comes back when they have ended), `down N` (N bytes come) or `echo`.
 */
const [address, port] = process.argv.slice(2)
const zeros = Buffer.alloc(64 * 1024)

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.once('data', (first: Buffer) => {
    const cut = first.indexOf(0x0a)
    const [word, count] = first.toString('latin1', 0, cut).split(' ')
    const rest = first.subarray(cut + 1)
    if (word === 'up') socket.resume().once('end', () => socket.end('!'))
    else if (word === 'down') send(socket, Number(count))
    else {
      if (rest.length > 0) socket.write(rest)
      socket.pipe(socket)
    }
  })
}).listen(Number(port), address)

function send(socket: Socket, left: number): void {
  while (left > 0) {
    const size = Math.min(left, zeros.length)
    left -= size
    if (!socket.write(zeros.subarray(0, size))) {
      socket.once('drain', () => send(socket, left))
      return
    }
  }
  socket.end()
}
