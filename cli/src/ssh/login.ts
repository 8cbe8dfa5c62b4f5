import type { ApiClient } from '../api/api-client.ts'
import { SEND_SSH_PUBLIC_KEY } from '../api/operations.ts'
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
/** How long a push that is still under way may hold up the end after ssh has given up. */
const LATE_PUSH_MS = 5000

interface LoginRequest {
  readonly target: LoginTarget
  readonly instance: ListedInstance
  readonly key: OneTimeKey
  /** Whether ssh connects by itself; else what carries the connection says why it did not. */
  readonly isDirect: boolean
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

/**
 * Logs in: ssh is started at once and the key pushed beside its connect and key exchange. The private agent keeps the key back until the
 * push has succeeded. When the push is refused, ssh is ended before it offers anything, and the refusal is thrown.
 */
export async function login(
  request: LoginRequest,
  means: LoginMeans,
): Promise<{ readonly code: number; readonly offered: boolean }> {
  const { target, instance } = request
  const files = loginFiles(means.folder)
  const hosts = knownHosts(target.instanceId, instance.facts?.hostKeys ?? [])
  if (hosts === undefined) throw hostKeysUnknown(target.instanceId)
  means.folder.write('known_hosts', hosts)
  means.folder.write('key.pub', `${request.key.line}\n`)
  means.folder.write('config', LOGIN_CONFIG)

  const push = Promise.withResolvers<void>()
  // Its refusal is handled below; until then nobody may have asked for it.
  push.promise.catch(() => {})
  const agent = new PrivateAgent(request.key, push.promise)
  try {
    await agent.listen(files.agentSocket)
    means.step('ssh is started')
    const ssh = means.start(files)
    pushKey(request, means).then(push.resolve, push.reject)
    push.promise.catch(() => ssh.end())
    const code = await ssh.ended
    means.step(`ssh ended with ${code}`)
    if (code !== 0) await settled(push.promise)
    if (code === SSH_FAILED && !agent.signed && (agent.offered || request.isDirect)) {
      const { afterDenial, afterNoConnection } = await import('./login-advice.ts')
      const advice = agent.offered ? afterDenial : afterNoConnection
      for (const line of advice(target, instance)) means.say(line)
    }
    return { code, offered: agent.offered }
  } finally {
    agent.close()
  }
}

export function loginFiles(folder: Pick<PrivateFolder, 'file'>): LoginFiles {
  return {
    agentSocket: folder.file('agent'),
    publicKey: folder.file('key.pub'),
    knownHosts: folder.file('known_hosts'),
    config: folder.file('config'),
  }
}

async function pushKey({ target, key }: LoginRequest, means: LoginMeans): Promise<void> {
  await means.api.call(SEND_SSH_PUBLIC_KEY, {
    InstanceId: target.instanceId,
    InstanceOSUser: target.osUser,
    SSHPublicKey: key.line,
  })
  means.step(`the key is usable (${key.fingerprint})`)
}

/** Throws the push's refusal when it comes in time. */
async function settled(push: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<void>()
  const late = setTimeout(timer.resolve, LATE_PUSH_MS)
  try {
    await Promise.race([push, timer.promise])
  } finally {
    clearTimeout(late)
  }
}
