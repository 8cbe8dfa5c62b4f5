/** What a provider may take; all of it is far above what real ones do. */
const LIMITS = { bytes: 256 * 1024, milliseconds: 5_000 }

/**
 * GET of a JSON document. Rejects for every answer but 200 (also redirects: who answers for the issuer is decided by its URL alone), after
 * five seconds, over 256 KiB, and for what is no JSON.
 */
export async function fetchJson(url: URL): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(LIMITS.milliseconds),
    headers: { accept: 'application/json' },
  })
  const body = response.body ?? new ReadableStream<Uint8Array>()
  if (response.status !== 200) {
    await body.cancel()
    throw new Error(`it answers with status ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    // Leaving the loop cancels the body.
    if (size > LIMITS.bytes) throw new Error(`its answer is larger than ${LIMITS.bytes} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
}
