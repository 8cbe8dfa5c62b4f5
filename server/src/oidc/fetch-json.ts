/** What a provider may take; all of it is far above what real ones do. */
const LIMITS = { bytes: 256 * 1024, milliseconds: 5_000 }

/**
 * GET of a JSON document. Rejects for every answer but 200 (also redirects: who answers for the issuer is decided by its URL alone), after
 * five seconds, over 256 KiB, and for what is no JSON.
 */
export async function fetchJson(url: URL): Promise<unknown> {
  const response = await ask(url, { headers: { accept: 'application/json' } })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`it answers with status ${response.status}`)
  }
  return JSON.parse((await bytesOf(response)).toString('utf8')) as unknown
}

/** Any other request, within the same limits: resolves when the whole answer is there. A redirect is an answer. */
export async function fetchWithinLimits(url: string, init: RequestInit): Promise<Response> {
  const response = await ask(url, init)
  const { status, headers } = response
  return new Response(await bytesOf(response), { status, headers })
}

function ask(url: URL | string, init: RequestInit): Promise<Response> {
  const late = AbortSignal.timeout(LIMITS.milliseconds)
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late
  return fetch(url, { ...init, redirect: 'manual', signal })
}

async function bytesOf({ body }: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the body.
    if (size > LIMITS.bytes) throw new Error(`its answer is larger than ${LIMITS.bytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
