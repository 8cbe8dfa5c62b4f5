import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { parseArgs } from 'node:util'
import { computeSignature, deriveSigningKey, type Digests } from '@fleetkey/wire/aws/sigv4'

/**
 * `aws ec2-instance-connect open-tunnel` of the AWS CLI v2 as a program, in its mode without `--local-port`: standard input and output are
 * the tunnel. Its wire is that client's, byte for byte as it was recorded: order of parameters and headers, no subprotocol, masked messages of
 * up to 65,000 bytes, no ping; after the end of its input it sends messages of length zero in a loop until the server closes. It ends with
 * 255 on a TEXT message, on a refused handshake and on every close code but 1000. Only where it connects to can be said apart (--connect): that
 * client always takes port 443 of the name.
 */
const MAX_PAYLOAD = 65_000

const { values } = parseArgs({
  options: {
    'instance-connect-endpoint-id': { type: 'string' },
    'instance-connect-endpoint-dns-name': { type: 'string' },
    'private-ip-address': { type: 'string' },
    'remote-port': { type: 'string', default: '22' },
    'max-tunnel-duration': { type: 'string' },
    connect: { type: 'string' },
  },
})
const environment = (name: string) => process.env[name] ?? ''
const dnsName = values['instance-connect-endpoint-dns-name'] ?? ''
const [, host = dnsName, port = '443'] = /^(.*):(\d+)$/.exec(values.connect ?? '') ?? []

const socket = connect({
  host: host.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port),
  servername: dnsName,
  ca: readFileSync(environment('AWS_CA_BUNDLE')),
  minVersion: 'TLSv1.3',
})
socket.setNoDelay()
const key = randomBytes(16).toString('base64')
socket.once('secureConnect', () => {
  const lines = [
    `GET ${presigned()} HTTP/1.1`,
    `Host: ${dnsName}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    'User-Agent: aws-cli/2.31.0',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
})
socket.on('error', (error) => fail(`AWS_IO_SOCKET: ${error.message}`))

function presigned(): string {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = {
    date: now.slice(0, 8),
    region: environment('AWS_REGION'),
    service: 'ec2-instance-connect',
  }
  const token = environment('AWS_SESSION_TOKEN')
  const duration = values['max-tunnel-duration']
  const query = [
    ['instanceConnectEndpointId', values['instance-connect-endpoint-id']],
    ['remotePort', values['remote-port']],
    ['privateIpAddress', values['private-ip-address']],
    ...(duration === undefined ? [] : [['maxTunnelDuration', duration]]),
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    [
      'X-Amz-Credential',
      `${environment('AWS_ACCESS_KEY_ID')}/${scope.date}/${scope.region}/${scope.service}/aws4_request`,
    ],
    ['X-Amz-Date', now],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', 'host'],
    ...(token === '' ? [] : [['X-Amz-Security-Token', token]]),
  ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
  const canonicalRequest = [
    'GET',
    '/openTunnel',
    query.toSorted().join('&'),
    `host:${dnsName}\n`,
    'host',
    digests.sha256('').toHex(),
  ].join('\n')
  const signingKey = deriveSigningKey(environment('AWS_SECRET_ACCESS_KEY'), scope, digests)
  const signature = computeSignature(
    { ...scope, amzDate: now, canonicalRequest },
    signingKey,
    digests,
  )
  return `/openTunnel?${query.join('&')}&X-Amz-Signature=${signature.toHex()}`
}

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (secret, data) => createHmac('sha256', secret).update(data).digest(),
}

// What comes in: the handshake's answer, then frames (RFC 6455 §5.2) ----------------------------------

let pending: Buffer = Buffer.alloc(0)
let isOpen = false
socket.on('data', (bytes: Buffer) => {
  pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
  if (!isOpen && !handshakeDone()) return
  while (isOpen && takeFrame());
})
socket.on('close', () => fail('AWS_ERROR_HTTP_WEBSOCKET: the connection closed'))

function handshakeDone(): boolean {
  const end = pending.indexOf('\r\n\r\n')
  if (end === -1) return false
  const [statusLine = '', ...lines] = pending.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const [name = '', ...value] = line.split(': ')
      return [name.toLowerCase(), value.join(': ')] as const
    }),
  )
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  const body = pending.subarray(end + 4)
  if (
    !statusLine.startsWith('HTTP/1.1 101 ') ||
    headers.get('upgrade')?.toLowerCase() !== 'websocket' ||
    headers.get('connection')?.toLowerCase() !== 'upgrade' ||
    headers.get('sec-websocket-accept') !== accept ||
    headers.has('sec-websocket-protocol') ||
    headers.has('sec-websocket-extensions')
  ) {
    const length = Number(headers.get('content-length') ?? 0)
    if (body.length < length) return false
    process.stderr.write(`${statusLine}\n${body.toString('utf8')}\n`)
    fail(
      'AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE: Failed to upgrade HTTP connection to Websocket.',
    )
  }
  pending = body
  isOpen = true
  sendStandardInput()
  return true
}

function takeFrame(): boolean {
  const [first, second] = pending
  if (first === undefined || second === undefined) return false
  const opcode = first & 0x0f
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0)
    fail('Received invalid data from server, closing websocket connection.')
  let length = second & 0x7f
  let at = 2
  if (length === 126) {
    if (pending.length < 4) return false
    length = pending.readUInt16BE(2)
    at = 4
  } else if (length === 127) {
    if (pending.length < 10) return false
    length = Number(pending.readBigUInt64BE(2))
    at = 10
  }
  if (pending.length < at + length) return false
  const payload = pending.subarray(at, at + length)
  pending = pending.subarray(at + length)
  // 0x2 is binary, 0x0 continues it.
  if (opcode === 0x2 || opcode === 0x0) {
    if (payload.length > 0 && !process.stdout.write(payload)) {
      socket.pause()
      process.stdout.once('drain', () => socket.resume())
    }
  } else if (opcode === 0x9) socket.write(frame(0xa, payload))
  else if (opcode === 0x8) closed(payload)
  else if (opcode !== 0xa) fail('Received invalid data from server, closing websocket connection.')
  return true
}

function closed(payload: Buffer): void {
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
  socket.write(frame(0x8, payload))
  if (code !== 1000) fail(`Websocket Closure Reason: ${payload.subarray(2).toString('utf8')}`)
  isOpen = false
  leave(0)
}

// What goes out ------------------------------------------------------------------------------------

function sendStandardInput(): void {
  process.stdin.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += MAX_PAYLOAD) {
      send(socket, bytes.subarray(at, at + MAX_PAYLOAD))
    }
    if (!socket.writableNeedDrain) return
    process.stdin.pause()
    socket.once('drain', () => process.stdin.resume())
  })
  // That client never says that it has ended: it goes on reading nothing, and sends that.
  process.stdin.on('end', sendNothing)
}

function sendNothing(): void {
  if (!isOpen) return
  send(socket, Buffer.alloc(0))
  if (socket.writableNeedDrain) socket.once('drain', sendNothing)
  else setImmediate(sendNothing)
}

function send(to: TLSSocket, payload: Buffer): void {
  to.write(frame(0x2, payload))
}

/** Masked, as a client must (RFC 6455 §5.3). */
function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4)
  const size = payload.length < 126 ? 2 : 4
  const bytes = Buffer.alloc(size + 4 + payload.length)
  bytes[0] = 0x80 | opcode
  bytes[1] = 0x80 | (size === 2 ? payload.length : 126)
  if (size === 4) bytes.writeUInt16BE(payload.length, 2)
  mask.copy(bytes, size)
  for (let at = 0; at < payload.length; at++) {
    bytes[size + 4 + at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0)
  }
  return bytes
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(255)
}

/** Once standard output has taken everything. */
function leave(code: number): void {
  socket.removeAllListeners('close')
  socket.end()
  process.stdout.end(() => process.exit(code))
}
