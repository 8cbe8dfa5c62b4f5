import { spawn } from 'node:child_process'
import { TABLE } from './nft-script.ts'

/** The host's nftables, as far as we use it. */
export interface Firewall {
  /** All of a script or, when it throws NftFailed, nothing of it. */
  apply(script: string): Promise<void>
  /** Our table as nft tells it, `nft -j list table`; undefined when there is none. */
  list(): Promise<unknown>
}

/** `message` is for a person: what the host lacks, or what nft said. */
export class NftFailed extends Error {}

const LIMIT_MS = 5000
/** Of what nft says. Our table is at most a fifth of it. */
const MAX_OUTPUT = 1 << 20

export function openFirewall(): Firewall {
  return {
    async apply(script) {
      const { code, stderr } = await nft(['-f', '-'], script)
      if (code !== 0) throw refused(stderr)
    },
    async list() {
      const { code, stdout, stderr } = await nft(['-j', 'list', 'table', ...TABLE.split(' ')], '')
      if (code === 0) return JSON.parse(stdout) as unknown
      if (stderr.includes('No such file or directory')) return undefined
      throw refused(stderr)
    },
  }
}

interface Done {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Without a shell, and with nothing of our environment. */
function nft(args: readonly string[], input: string): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', args, {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: 'pipe',
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text
        if (said[stream].length > MAX_OUTPUT) child.kill('SIGKILL')
      })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        new NftFailed(
          error.code === 'ENOENT'
            ? 'This host has no nft: install the package nftables.'
            : `nft cannot be run: ${error.message}`,
        ),
      )
    })
    child.on('close', (code) => resolve({ code, ...said }))
    // It may end before it has read all: then its code says why.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** A service unit of an earlier version does not give the right to. */
const refused = (stderr: string): NftFailed =>
  new NftFailed(
    stderr.includes('Operation not permitted')
      ? 'The agent may not change nftables: run "fleetkey agent install" again on this host.'
      : `nft: ${firstLine(stderr)}`,
  )

const firstLine = (text: string): string =>
  text
    .split('\n')[0]
    ?.replace(/^\/dev\/stdin:[\d:-]+ /, '')
    .slice(0, 200) || 'it did not end in time'
