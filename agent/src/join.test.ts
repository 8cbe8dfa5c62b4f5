import assert from 'node:assert/strict'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { json } from 'node:stream/consumers'
import { before, describe, it, type TestContext } from 'node:test'
import {
  formatJoinToken,
  parseEnrolmentRequest,
  type EnrolmentRequest,
} from '@fleetkey/wire/agent/enrolment'
import { enrolmentProofStatement } from '@fleetkey/wire/agent/link-statements'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import {
  createAuthority,
  issueServerCertificate,
  type KeyedCertificate,
} from '../../server/src/secrets/certificate-authority.ts'
import { isSignedBy } from './ed25519.ts'
import { AgentFailure, EXIT } from './exit-codes.ts'
import { loadIdentity } from './identity.ts'
import { join, type JoinOptions } from './join.ts'
import { pathsBelow } from './paths.ts'
import { loadEnrolment } from './state.ts'
import { scratchDirectory } from './testing/agent-parts.ts'
import { DEPLOYMENT, INSTANCE_ID, startControlPlane } from './testing/control-plane.ts'

const ISSUER_KEY = Buffer.alloc(32, 7).toString('base64')
let authority: KeyedCertificate
let otherAuthority: KeyedCertificate

before(async () => {
  authority = await createAuthority('test', Date.now())
  otherAuthority = await createAuthority('other', Date.now())
})

const pinOf = ({ certificate }: KeyedCertificate) =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url')

interface ServerOptions {
  readonly names?: readonly string[]
  readonly status?: number
  readonly answer?: object
  /** Signs the server's certificate; the chain is sent with the CA of the test all the same. */
  readonly signedBy?: KeyedCertificate
}

async function start(test: TestContext, options: ServerOptions = {}) {
  const leaf = await issueServerCertificate(
    options.signedBy ?? authority,
    options.names ?? ['127.0.0.1'],
    Date.now(),
  )
  const requests: EnrolmentRequest[] = []
  let connections = 0
  const https = createServer({
    key: leaf.privateKey,
    cert: `${leaf.certificate}\n${authority.certificate}`,
  })
  https.on('secureConnection', () => connections++)
  const plane = await startControlPlane(
    (request, response) => void answer(request, response),
    https,
  )
  test.after(() => plane.close())

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const enrolment = parseEnrolmentRequest(await json(request))
    assert.ok(enrolment, 'the enrolment request does not parse')
    requests.push(enrolment)
    response.statusCode = options.status ?? 200
    response.end(
      JSON.stringify(
        options.answer ?? {
          instanceId: INSTANCE_ID,
          deployment: DEPLOYMENT,
          issuerKeys: [ISSUER_KEY],
          minimumEpoch: 3,
          caCertificate: otherAuthority.certificate,
        },
      ),
    )
  }

  const root = scratchDirectory(test)
  const secret = randomBytes(32).toString('base64url')
  const tokenFile = `${root}/token`
  const useToken = (caPin: string) => writeFileSync(tokenFile, formatJoinToken({ secret, caPin }))
  useToken(pinOf(authority))
  const paths = pathsBelow(root)
  const url = plane.url.replace('http:', 'https:')
  const joinNow = (changes: Partial<JoinOptions> = {}) =>
    join({ url, tokenFile, replace: false, ...changes }, paths)
  return { joinNow, useToken, paths, requests, secret, url, root, connections: () => connections }
}

const failure = (exitCode: number, message: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof AgentFailure, String(thrown))
  assert.match(thrown.message, message)
  assert.equal(thrown.exitCode, exitCode)
  return true
}

describe('join', () => {
  it('enrols and keeps identity and pins for root alone', async (test) => {
    const { joinNow, paths, requests, secret, url } = await start(test)
    await joinNow()
    const [request] = requests
    assert.ok(request)
    assert.equal(request.secret, secret)
    assert.ok(isSignedBy(request.agentKey, request.proof))
    assert.deepEqual(decodeStatement(enrolmentProofStatement, request.proof.statement), {
      tokenHash: createHash('sha256').update(secret).digest('base64'),
      agentKey: request.agentKey,
    })
    assert.equal(loadIdentity(paths.state).agentKey, request.agentKey)
    const enrolment = loadEnrolment(paths.state)
    assert.equal(enrolment?.instanceId, INSTANCE_ID)
    assert.equal(enrolment.serverUrl, url)
    assert.equal(statSync(paths.state).mode & 0o777, 0o700)
    assert.equal(statSync(`${paths.state}/identity.pem`).mode & 0o777, 0o600)
  })

  it('trusts the CA that it verified, not one that the answer names', async (test) => {
    const { joinNow, paths } = await start(test)
    await joinNow()
    const kept = new X509Certificate(loadEnrolment(paths.state)?.caCertificate ?? '')
    assert.equal(kept.fingerprint256, new X509Certificate(authority.certificate).fingerprint256)
  })

  it('refuses a server whose chain does not have the pin, and sends it nothing', async (test) => {
    const { joinNow, useToken, requests, paths } = await start(test)
    useToken(pinOf(otherAuthority))
    await assert.rejects(
      joinNow(),
      failure(EXIT.certificate, /not the server that made this join token/),
    )
    assert.equal(requests.length, 0)
    assert.ok(!existsSync(`${paths.state}/identity.pem`))
  })

  it('refuses a server that only shows the pinned CA (its own certificate is of another)', async (test) => {
    const { joinNow, requests } = await start(test, { signedBy: otherAuthority })
    await assert.rejects(joinNow(), failure(EXIT.certificate, /token/))
    assert.equal(requests.length, 0)
  })

  it('refuses a certificate for another name', async (test) => {
    const { joinNow, requests } = await start(test, { names: ['other.example'] })
    await assert.rejects(joinNow(), failure(EXIT.certificate, /does not hold.*not sent/s))
    assert.equal(requests.length, 0)
  })

  it('takes the CA from a file when it is told to', async (test) => {
    const { joinNow, useToken, root } = await start(test)
    useToken('')
    writeFileSync(`${root}/ca.pem`, authority.certificate)
    assert.equal((await joinNow({ caFile: `${root}/ca.pem` })).instanceId, INSTANCE_ID)
  })

  it('refuses a CA file without a certificate (every CA of the system would be trusted)', async (test) => {
    const { joinNow, root } = await start(test)
    writeFileSync(`${root}/ca.pem`, '')
    await assert.rejects(
      joinNow({ caFile: `${root}/ca.pem` }),
      failure(EXIT.certificate, /holds no certificate/),
    )
  })

  it('refuses https without a pin and without a CA file', async (test) => {
    const { joinNow, useToken } = await start(test)
    useToken('')
    await assert.rejects(joinNow(), failure(EXIT.certificate, /--ca-file/))
  })

  for (const url of [
    'http://192.0.2.1:80',
    'http://localhost:80',
    'http://127.0.0.1.example.com',
  ]) {
    it(`refuses ${url} (the secret would go over the network in the clear)`, async (test) => {
      const { joinNow } = await start(test)
      await assert.rejects(joinNow({ url }), failure(EXIT.usage, /use https/))
    })
  }

  for (const url of ['ftp://x', 'https://user:pw@x', 'https://x/path', 'not a url']) {
    it(`refuses the URL ${url}`, async (test) => {
      const { joinNow } = await start(test)
      await assert.rejects(joinNow({ url }), failure(EXIT.usage, /URL/))
    })
  }

  it('refuses to join twice, unless told to', async (test) => {
    const { joinNow, requests } = await start(test)
    await joinNow()
    await assert.rejects(joinNow(), failure(EXIT.configuration, /--replace/))
    assert.equal(requests.length, 1)
    await joinNow({ replace: true })
    assert.notEqual(requests[0]?.agentKey, requests[1]?.agentKey)
  })

  it('says what the server said when it refused, and keeps nothing', async (test) => {
    const { joinNow, paths } = await start(test, {
      status: 403,
      answer: { message: 'The join token is spent.\u001b[2J' },
    })
    await assert.rejects(joinNow(), failure(EXIT.refused, /403.*The join token is spent\. \[2J/))
    assert.ok(!existsSync(`${paths.state}/identity.pem`))
  })

  it('refuses an answer that is no enrolment', async (test) => {
    const { joinNow, paths } = await start(test, { answer: { instanceId: 'i-1' } })
    await assert.rejects(joinNow(), failure(EXIT.refused, /something else/))
    assert.equal(loadEnrolment(paths.state), undefined)
  })

  it('refuses text that is no join token, without repeating it', async (test) => {
    const { joinNow, root } = await start(test)
    writeFileSync(`${root}/token`, 'fkjoin_secret-but-damaged')
    await assert.rejects(joinNow(), (thrown: Error) => !thrown.message.includes('damaged'))
  })

  it('leaves the older identity in place when joining anew fails', async (test) => {
    const { joinNow, useToken, paths } = await start(test)
    await joinNow()
    const older = readFileSync(`${paths.state}/identity.pem`, 'utf8')
    useToken(pinOf(otherAuthority))
    await assert.rejects(joinNow({ replace: true }))
    assert.equal(readFileSync(`${paths.state}/identity.pem`, 'utf8'), older)
  })
})
