import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { DeliveryFailed } from '../delivery.ts'
import type { Account } from './account.ts'
import { type HomeFile, withBlock } from './home-block.ts'
import { isRoot } from './replace-file.ts'

const attempts = 5
const longest = 1 << 20
/** What the script says: a checksum, and the file. */
const longestAnswer = longest + 256
const defaultLimitMs = 5000

/**
 * Gives the user's authorized_keys this block (none for ''), as the user: root never opens a path that a user can bend (CVE-2017-2619
 * and its kin). Tries again when somebody else changed the file meanwhile. Throws DeliveryFailed.
 */
export async function rewriteHomeFile(
  account: Account,
  lines: string,
  { limitMs = defaultLimitMs }: { readonly limitMs?: number } = {},
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- each after the one before
    const { file, checksum } = await readHomeFile(account, limitMs)
    const text = withBlock(file, lines)
    if (text === file?.text) return
    const act = text === undefined ? 'delete' : 'write'
    // oxlint-disable-next-line no-await-in-loop
    const { code } = await runAs(account, [act, account.home, checksum], {
      input: text ?? '',
      limitMs,
    })
    if (code === 0) return
    if (code !== changedMeanwhile) throw failure(account, code)
  }
  throw failure(account, changedMeanwhile)
}

const changedMeanwhile = 75

async function readHomeFile(
  account: Account,
  limitMs: number,
): Promise<{ readonly file: HomeFile | undefined; readonly checksum: string }> {
  const { code, stdout } = await runAs(account, ['read', account.home], { input: '', limitMs })
  const [checksum = ''] = stdout.split('\n', 1)
  const text = stdout.slice(checksum.length + 1)
  if (code !== 0 || checksum === '') throw failure(account, code)
  if (text.length > longest) {
    throw new DeliveryFailed(
      `${account.home}/.ssh/authorized_keys is larger than 1 MiB: shorten it.`,
    )
  }
  return { file: checksum === 'none' ? undefined : { text }, checksum }
}

/**
 * The script is an argument of sh, the text its standard input: nothing from outside becomes part of a command. It has an end, whatever the
 * user does to what runs as them: a file that does not open (a lease, a dead server), a process stopped, its output held open or flooded
 * by way of /proc.
 */
function runAs(
  account: Account,
  args: readonly string[],
  { input, limitMs }: { readonly input: string; readonly limitMs: number },
): Promise<{ readonly code: number; readonly stdout: string }> {
  const child = spawn('/bin/sh', ['-c', script(), 'sh', ...args], {
    // Also drops the supplementary groups (libuv calls setgroups first).
    ...(isRoot() ? { uid: account.uid, gid: account.gid } : {}),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'ignore'],
    // A group of its own: what sh has started goes with it.
    detached: true,
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    const give = (code: number) => {
      clearTimeout(timer)
      resolve({ code, stdout })
    }
    const giveUp = () => {
      killGroup(child.pid)
      child.stdin.destroy()
      child.stdout.destroy()
      give(-1)
    }
    const timer = setTimeout(giveUp, limitMs)
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      stdout += text
      if (stdout.length > longestAnswer) giveUp()
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(new DeliveryFailed('/bin/sh could not be started.', error))
    })
    child.on('close', (code) => give(code ?? -1))
    // It may end before it has read all; its code tells.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input, 'latin1')
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

let text: string | undefined

function script(): string {
  text ??= readFileSync(fileURLToPath(new URL('home-files.sh', import.meta.url)), 'utf8')
  return text
}

function failure({ home, name }: Account, code: number): DeliveryFailed {
  const file = `${home}/.ssh/authorized_keys`
  switch (code) {
    case 66:
      return new DeliveryFailed(`The home of ${name}, ${home}, does not exist on this host.`)
    case changedMeanwhile:
      return new DeliveryFailed(`Something else keeps writing ${file}: try again.`)
    case 77:
      return new DeliveryFailed(
        `${file} is not a plain file of ${name}: make it one (chown ${name}).`,
      )
    case -1:
      return new DeliveryFailed(`${file} could not be read or written in time.`)
    default:
      return new DeliveryFailed(
        `${file} could not be written as ${name}: see that ${name} can (code ${code}).`,
      )
  }
}
