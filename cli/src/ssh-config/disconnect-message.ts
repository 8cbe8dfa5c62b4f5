const MSG_DISCONNECT = 1
const SERVICE_NOT_AVAILABLE = 7
const BLOCK = 8

/**
 * What a host would say that closes a connection before keys are exchanged (RFC 4253 §11.1): ssh prints the text. For an ssh that took our
 * standard error away (ControlPersist): it would otherwise only tell that the connection was closed.
 */
export function disconnectMessage(text: string): Buffer {
  const payload = Buffer.concat([
    Buffer.from([MSG_DISCONNECT]),
    number(SERVICE_NOT_AVAILABLE),
    string(text),
    string(''),
  ])
  // §6: length, padding's length, payload and at least four bytes of padding make whole blocks.
  const padding = BLOCK - ((5 + payload.length + 4) % BLOCK) + 4
  const packet = Buffer.concat([Buffer.from([padding]), payload, Buffer.alloc(padding)])
  return Buffer.concat([Buffer.from('SSH-2.0-fleetkey\r\n'), number(packet.length), packet])
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([number(bytes.length), bytes])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
