import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { isIP } from 'node:net'
import { parseJoinToken, type JoinToken } from '@fleetkey/wire/agent/enrolment'
import { enrol, EnrolmentFailed } from './enrol.ts'
import { AgentFailure } from './exit-codes.ts'
import { collectFacts } from './facts.ts'
import { findPinnedCa, NotTrusted } from './first-contact.ts'
import { makeIdentity } from './identity.ts'
import { reason } from './log.ts'
import type { Paths } from './paths.ts'
import { hostSources } from './run.ts'
import { loadSettings } from './settings.ts'
import { loadEnrolment, saveEnrolment, type Enrolment } from './state.ts'

export interface JoinOptions {
  readonly url: string
  readonly tokenFile?: string
  readonly caFile?: string
  readonly replace: boolean
}

/** `fleetkey agent join URL`: makes an identity and spends a join token for it. */
export async function join(options: JoinOptions, paths: Paths): Promise<Enrolment> {
  const server = readServerUrl(options.url)
  const settings = loadSettings(paths.settings)
  refuseToJoinTwice(options, paths)
  const token = await readToken(options.tokenFile)
  const ca = await chooseCa(server, token, options.caFile)
  const identity = makeIdentity()
  const facts = await collectFacts({ ...hostSources(settings, paths), problems: async () => [] })
  const answer = await enrol({ server, ca, token, identity, facts }).catch((failure: unknown) => {
    throw connectFailure(server, failure)
  })
  // What was verified is what is trusted from now on, whatever certificate the answer names.
  const enrolment: Enrolment = { ...answer, serverUrl: server.origin, caCertificate: ca }
  identity.save(paths.state)
  saveEnrolment(paths.state, enrolment)
  return enrolment
}

function readServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search) {
    throw new AgentFailure(
      'usage',
      'URL is the address of the server, like https://fleetkey.example.com:8443',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new AgentFailure('usage', 'URL must not hold a name or password.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new AgentFailure(
      'usage',
      'http:// is for a server on this very host only (127.0.0.1, [::1]): use https://',
    )
  }
  return url
}

/** Addresses only: a name may lead anywhere. */
const isLoopback = (hostname: string) =>
  hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))

function refuseToJoinTwice({ replace }: JoinOptions, paths: Paths): void {
  if (replace) return
  const enrolment = loadEnrolment(paths.state)
  if (enrolment === undefined) return
  throw new AgentFailure(
    'configuration',
    `This host has joined ${enrolment.serverUrl} as ${enrolment.instanceId}. To join anew, as another instance, add --replace.`,
  )
}

/** From the file, the environment or stdin: never from the command line, which every user of the host can read. */
async function readToken(file: string | undefined): Promise<JoinToken> {
  const token = parseJoinToken(await readTokenText(file))
  if (token === undefined) {
    throw new AgentFailure(
      'usage',
      'That is not a join token: it looks like fkjoin_… and is made by "fleetkey join-tokens create".',
    )
  }
  return token
}

async function readTokenText(file: string | undefined): Promise<string> {
  if (file !== undefined) return readNamedFile(file)
  const fromEnvironment = process.env['FLEETKEY_JOIN_TOKEN']
  if (fromEnvironment !== undefined) {
    delete process.env['FLEETKEY_JOIN_TOKEN'] // not for the programs that are asked for facts
    return fromEnvironment
  }
  if (process.stdin.isTTY) process.stderr.write('Paste the join token, then Enter and Ctrl-D:\n')
  return readAll(process.stdin)
}

function readNamedFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (failure) {
    throw new AgentFailure('fileUnreadable', reason(failure))
  }
}

async function chooseCa(
  server: URL,
  token: JoinToken,
  caFile: string | undefined,
): Promise<string> {
  if (server.protocol === 'http:') return ''
  if (caFile !== undefined) return readCaFile(caFile)
  if (token.caPin === '') {
    throw new AgentFailure(
      'certificate',
      'This join token does not say which server to trust: add --ca-file with the CA certificate of the server.',
    )
  }
  return findPinnedCa(server, token.caPin).catch((failure: unknown) => {
    throw connectFailure(server, failure)
  })
}

/** node:tls takes an empty text for "every CA of the system". */
function readCaFile(path: string): string {
  const text = readNamedFile(path)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new AgentFailure('certificate', `${path} holds no certificate in PEM.`)
}

function connectFailure(server: URL, failure: unknown): AgentFailure {
  if (failure instanceof NotTrusted) return new AgentFailure('certificate', failure.message)
  if (failure instanceof EnrolmentFailed) {
    return new AgentFailure('refused', `${server.host}: ${failure.message}`)
  }
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) {
    return new AgentFailure(
      'certificate',
      `The certificate of ${server.host} does not hold: ${reason(failure)}. The join token was not sent.`,
    )
  }
  return new AgentFailure('cannotConnect', `${server.host} cannot be reached: ${reason(failure)}`)
}
