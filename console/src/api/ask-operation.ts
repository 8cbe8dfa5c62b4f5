import { ApiRefusal } from './api-refusal.ts'
import { csrfToken, noteUse } from './console-session.ts'
import { noteServerTime } from './server-time.ts'
import { TARGETS, type Service } from './services.ts'

/** The longest that an operation of the control plane takes, and some. */
const DEADLINE_MS = 30_000

/** A call of an operation. */
export interface AskedCall {
  readonly service: Service
  readonly operation: string
  readonly input: object
  readonly signal: AbortSignal | undefined
}

/** Asks once, whoever is signed in. Throws an {@link ApiRefusal}; an aborted call throws the signal's reason. */
export async function askOperation<Answer>({
  service,
  operation,
  input,
  signal,
}: AskedCall): Promise<Answer> {
  const response = await post(service, operation, { input, signal })
  noteServerTime(response)
  const body = await readJson(response)
  if (response.ok && body !== undefined) {
    noteUse()
    return body as Answer
  }
  throw refusalOf(response, body)
}

async function post(
  service: Service,
  operation: string,
  { input, signal }: { readonly input: object; readonly signal: AbortSignal | undefined },
): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  try {
    return await fetch('/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${TARGETS[service]}.${operation}`,
        'x-fleetkey-csrf': csrfToken(),
      },
      body: JSON.stringify(input),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    })
  } catch {
    if (signal?.aborted === true) throw signal.reason
    throw new ApiRefusal({
      code: 'Unreachable',
      status: 0,
      message: deadline.aborted
        ? `The control plane did not answer within ${DEADLINE_MS / 1000} seconds. If it stays so, look at its log.`
        : 'The control plane is not reached. Check your network, and that the server runs.',
    })
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function refusalOf(response: Response, body: unknown): ApiRefusal {
  const { status } = response
  const requestId = response.headers.get('x-amzn-requestid') ?? ''
  const said = (typeof body === 'object' && body !== null ? body : {}) as Readonly<
    Record<string, unknown>
  >
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined)
  return new ApiRefusal({
    code: text('__type') ?? 'Unexpected',
    message: text('Message') ?? unreadableText(status),
    status,
    explanation: text('Explanation'),
    members: said,
    requestId,
  })
}

/** What answers so is not the control plane, or it is not well. */
function unreadableText(status: number): string {
  if (status === 413) {
    return 'The request is too large for what stands in front of the control plane, and nothing was done. Send less at once: a shorter document, fewer tags or rules. If it must be so large, whoever runs the server can let the proxy pass more (nginx: client_max_body_size).'
  }
  if (status === 429) {
    return 'What stands in front of the control plane lets no more requests through for the moment. Wait a little and try again.'
  }
  const says = `status ${status} and nothing that this page understands.`
  return status >= 500
    ? `The control plane, or what stands in front of it, failed: it answered with ${says} If it stays so, look at its log.`
    : `The control plane answered with ${says} Load the page again: the server may have been upgraded.`
}
