import type { ApiClient } from '../api/api-client.ts'
import { optionalTextOf } from '../api/answer.ts'
import { SEND_SSH_PUBLIC_KEY } from '../api/operations.ts'
import type { Knock } from '../doctor/knock.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { hostKeysUnknown, knownHosts } from './known-hosts.ts'
import type { LoginTarget } from './login-target.ts'
import type { OneTimeKey } from './one-time-key.ts'
import { PrivateAgent } from './private-agent.ts'
import { LOGIN_CONFIG, type LoginFiles } from './firm-options.ts'
import type { PrivateFolder } from './private-folder.ts'
import type { RunningSsh } from './run-ssh.ts'

/** ssh's own "it did not work". */
const SSH_FAILED = 255
/** sshd gives a login two minutes (LoginGraceTime): what ends later was a session. */
const LOGIN_MS = 125_000
/** How long a push that is still under way may hold up the end after ssh has given up. */
const LATE_PUSH_MS = 5000
/** What else there is to say does not wait longer. */
const KNOCK_MS = 500

interface LoginRequest {
  readonly target: LoginTarget
  readonly instance: ListedInstance
  readonly key: OneTimeKey
  /** Whether ssh connects by itself; else what carries the connection says why it did not. */
  readonly isDirect: boolean
  /** Whether another way is tried when nothing answers on this one: until then nobody is asked why. */
  readonly hasOtherWay: boolean
}

interface LoginMeans {
  readonly api: Pick<ApiClient, 'call'>
  readonly folder: Pick<PrivateFolder, 'file' | 'write'>
  /** Starts the program that logs in. */
  start(files: LoginFiles): RunningSsh
  /** What was done, for --verbose. */
  step(text: string): void
  /** A line for the person, on stderr. */
  say(text: string): void
}

export interface LoginEnd {
  /** The program's exit code. */
  readonly code: number
  /** Whether ssh was told of the key: it connected, and recognised the host. */
  readonly offered: boolean
  /** Says why it did not work, where that is left to whoever tries another way. */
  readonly explain: () => Promise<void>
}

/**
 * Logs in: ssh is started at once and the key pushed beside its connect and key exchange. The private agent keeps the key back until the
 * push has succeeded. When the push is refused, ssh is ended before it offers anything, and the refusal is thrown.
 */
export async function login(request: LoginRequest, means: LoginMeans): Promise<LoginEnd> {
  const { target, instance } = request
  const files = loginFiles(means.folder)
  const hosts = knownHosts(target.instanceId, instance.facts?.hostKeys ?? [])
  if (hosts === undefined) throw hostKeysUnknown(target.instanceId)
  means.folder.write('known_hosts', hosts)
  means.folder.write('key.pub', `${request.key.line}\n`)
  means.folder.write('config', LOGIN_CONFIG)

  const push = Promise.withResolvers<string | undefined>()
  // Its refusal is handled below; until then nobody may have asked for it.
  push.promise.catch(() => {})
  const begun = performance.now()
  const agent = new PrivateAgent(request.key, push.promise)
  try {
    await agent.listen(files.agentSocket)
    means.step('ssh is started')
    const ssh = means.start(files)
    pushKey(request, means).then(push.resolve, push.reject)
    push.promise.catch(() => ssh.end())
    const code = await ssh.ended
    means.step(`ssh ended with ${code}`)
    const end = { code, offered: agent.offered, explain: async () => {} }
    if (code === 0) return end
    const grantId = await settled(push.promise)
    if (code !== SSH_FAILED || performance.now() - begun > LOGIN_MS) return end
    const explain = () => sayWhy(request, { ...means, grantId, agent })
    if (request.hasOtherWay && !agent.offered) return { ...end, explain }
    await explain()
    return end
  } finally {
    agent.close()
  }
}

/** The host's own reason where it has one, else what to check. */
async function sayWhy(
  { target, instance, isDirect }: LoginRequest,
  told: Pick<LoginMeans, 'api' | 'say'> & {
    readonly grantId: string | undefined
    readonly agent: Pick<PrivateAgent, 'offered' | 'signed'>
  },
): Promise<void> {
  const { api, grantId, agent } = told
  if (grantId !== undefined) {
    const { askWhy } = await import('../grants/ask-why.ts')
    const { reasonLines } = await import('../grants/step-text.ts')
    const grant = await askWhy(api, grantId)
    const reason = grant === undefined ? [] : reasonLines(grant)
    for (const line of reason) told.say(line)
    if (reason.length > 0) return
  }
  // Who has signed was taken by sshd: what ended then was a session.
  if (agent.signed || !(agent.offered || isDirect)) return
  const { afterDenial, afterNoConnection } = await import('./login-advice.ts')
  const lines = agent.offered
    ? afterDenial(target, instance)
    : afterNoConnection(target, instance, await knockAt(target))
  for (const line of lines) told.say(line)
}

/** sshd that drops connections says so to whoever comes, and ssh does not pass it on. */
async function knockAt({ address, port }: LoginTarget): Promise<Knock> {
  const { knock } = await import('../doctor/knock.ts')
  return knock(address, port, KNOCK_MS)
}

export function loginFiles(folder: Pick<PrivateFolder, 'file'>): LoginFiles {
  return {
    agentSocket: folder.file('agent'),
    publicKey: folder.file('key.pub'),
    knownHosts: folder.file('known_hosts'),
    config: folder.file('config'),
  }
}

/** Resolves with the id of the grant. */
async function pushKey(
  { target, key }: LoginRequest,
  means: LoginMeans,
): Promise<string | undefined> {
  const answer = await means.api.call(SEND_SSH_PUBLIC_KEY, {
    InstanceId: target.instanceId,
    InstanceOSUser: target.osUser,
    SSHPublicKey: key.line,
  })
  means.step(`the key is usable (${key.fingerprint})`)
  return optionalTextOf(answer, 'RequestId')
}

/** Throws the push's refusal when it comes in time; undefined when it is late. */
async function settled(push: Promise<string | undefined>): Promise<string | undefined> {
  const timer = Promise.withResolvers<undefined>()
  const late = setTimeout(timer.resolve, LATE_PUSH_MS, undefined)
  try {
    return await Promise.race([push, timer.promise])
  } finally {
    clearTimeout(late)
  }
}
