import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { describe, it } from 'node:test'
import { composeUserData } from './user-data.ts'

const SCRIPT = '#!/bin/sh\necho join\n'
const compose = (theirs: string | Uint8Array | undefined) =>
  composeUserData(SCRIPT, typeof theirs === 'string' ? Buffer.from(theirs) : theirs, 'BOUNDARY-1')

/** As cloud-init reads it: with Python's own MIME parser. */
function partsOf(userData: Buffer): { readonly type: string; readonly body: Buffer }[] {
  const program = `
import sys, json, base64, email
message = email.message_from_bytes(sys.stdin.buffer.read())
print(json.dumps([[part.get_content_type(), base64.b64encode(part.get_payload(decode=True)).decode()]
  for part in message.walk() if part.get_content_maintype() != 'multipart']))`
  const told = execFileSync('python3', ['-c', program], { input: userData, encoding: 'utf8' })
  return (JSON.parse(told) as [string, string][]).map(([type, body]) => ({
    type,
    body: Buffer.from(body, 'base64'),
  }))
}

const hasPython = spawnSync('python3', ['-c', '']).status === 0
const skip = hasPython ? false : 'needs python3, whose parser cloud-init has'

describe('user data', { skip }, () => {
  it('is our script alone when nobody adds to it', () => {
    assert.equal(compose(undefined).toString(), SCRIPT)
    assert.equal(compose('').toString(), SCRIPT)
  })

  for (const theirs of [
    '#cloud-config\npackages: [curl]\n',
    '#!/bin/sh\necho Grüße\n',
    '#include\nhttps://config.example/x\n',
    '\u0000binary\r\n--BOUNDARY\r\n',
  ]) {
    it(`has ours first, then ${JSON.stringify(theirs.slice(0, 14))} byte for byte`, () => {
      const [ours, other, ...more] = partsOf(compose(theirs))
      assert.deepEqual(
        [ours?.type, ours?.body.toString().trim()],
        ['text/x-shellscript', SCRIPT.trim()],
      )
      assert.equal(other?.type, 'text/plain')
      assert.equal(other.body.toString(), theirs)
      assert.deepEqual(more, [])
    })
  }

  it('says of a compressed part that it is', () => {
    const packed = gzipSync('#cloud-config\n')
    const [, other] = partsOf(compose(packed))
    assert.equal(other?.type, 'application/gzip')
    assert.deepEqual(other.body, packed)
  })

  it('takes a multi-part archive apart into its parts', () => {
    const theirs = `Content-Type: multipart/mixed; boundary="theirs"
MIME-Version: 1.0

--theirs
Content-Type: text/cloud-config

a: b
--theirs
Content-Type: text/x-shellscript

#!/bin/sh
--theirs--
`
    const parts = partsOf(compose(theirs))
    assert.deepEqual(
      parts.map(({ type }) => type),
      ['text/x-shellscript', 'text/cloud-config', 'text/x-shellscript'],
    )
    assert.match(parts[1]?.body.toString() ?? '', /^a: b/)
  })
})
