import { open } from 'node:fs/promises'
import type { Destination } from './destination.ts'
import type { S3Client, S3Place } from '../../s3/s3-request.ts'
import { putObject } from './s3-put.ts'

const DEADLINE_MS = 10_000

/** Appends a line to a file, best on another machine's disk or one that can only be appended to. */
export function fileAnchor(path: string): Destination {
  return {
    name: `anchor file ${path}`,
    kind: 'anchor',
    async deliver({ anchor }) {
      const file = await open(path, 'a', 0o640)
      try {
        await file.appendFile(`${anchor}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}

/** Posts a line to a URL. Whoever listens keeps it out of reach of whoever runs this server. */
export function webhookAnchor(url: string): Destination {
  return {
    // A URL may hold a secret of its receiver.
    name: `anchor webhook ${new URL(url).origin}`,
    kind: 'anchor',
    async deliver({ anchor }) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `${anchor}\n`,
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`)
    },
  }
}

/** One object for each digest: for a bucket whose objects cannot be replaced (object lock). */
export function s3Anchor(place: S3Place, client: S3Client): Destination {
  return {
    name: `anchor s3 ${place.endpoint} ${place.bucket}/${place.prefix}`,
    kind: 'anchor',
    deliver: ({ anchor, digest }) =>
      putObject(place, client, {
        name: `${digest.name.replace(/\.json\.gz$/, '')}.anchor.json`,
        body: Buffer.from(`${anchor}\n`),
        contentType: 'application/json',
      }),
  }
}
