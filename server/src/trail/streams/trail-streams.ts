import { readFileSync } from 'node:fs'
import { fileReceiver } from './file-receiver.ts'
import { runStream, type RunningStream, type StreamStatus } from './run-stream.ts'
import type { StreamConfig } from './stream-config.ts'
import type { StreamReceiver } from './stream-receiver.ts'
import { syslogReceiver } from './syslog-receiver.ts'
import { webhookReceiver } from './webhook-receiver.ts'

/** The streams of the trail that are configured. */
export interface TrailStreams {
  status(): Promise<readonly StreamStatus[]>
  /** Ends batches that are under way; they come again. */
  stop(): Promise<void>
}

/** Throws when a file that is named cannot be read. */
export function startTrailStreams(
  configured: readonly StreamConfig[],
  parts: Omit<Parameters<typeof runStream>[0], 'name' | 'from' | 'receiver'> & {
    readonly hostname: string
  },
): TrailStreams {
  const streams: readonly RunningStream[] = configured
    .map((stream) => ({ ...stream, receiver: receiverOf(stream, parts.hostname) }))
    .map(({ name, from, receiver }) => runStream({ ...parts, name, from, receiver }))
  return {
    status: () => Promise.all(streams.map((stream) => stream.status())),
    async stop() {
      await Promise.all(streams.map((stream) => stream.stop()))
    },
  }
}

function receiverOf(stream: StreamConfig, hostname: string): StreamReceiver {
  if ('file' in stream) return fileReceiver({ rotateBytes: undefined, ...stream.file })
  if ('webhook' in stream) return webhookReceiver({ headersFile: undefined, ...stream.webhook })
  const { host, port, tls, ca } = stream.syslog
  const authority = ca === undefined ? undefined : readFileSync(ca, 'utf8')
  return syslogReceiver({ host, port, tls: tls ? { ca: authority } : undefined, hostname })
}
