import { acrossSessions, isOfEndedSession } from './across-sessions.ts'
import { ApiRefusal } from './api-refusal.ts'
import { askOperation, type AskedCall } from './ask-operation.ts'
import { csrfToken } from './console-session.ts'
import type { Service } from './services.ts'
import { patiently } from './patiently.ts'
import { askForProof } from './step-up.ts'

/**
 * Asks an operation, as every other client does, but for the cookie that stands for a signature. `Answer` is the shape that the caller
 * knows the operation to have (docs/api). What needs a fresh proof of who one is asks for it and goes on. What only reads waits where the
 * session has ended, for as long as the person may come back, and asks again while the control plane asks for patience; what changes something is
 * refused then, and done again by nobody but them.
 * Throws an {@link ApiRefusal}; an aborted call throws the signal's reason.
 */
export async function call<Answer>(
  service: Service,
  operation: string,
  input: object = {},
  signal?: AbortSignal,
): Promise<Answer> {
  const asked = { service, operation, input, signal }
  if (isRead(operation, input)) {
    const ask = () => patiently(() => proven<Answer>(asked), { signal })
    return await acrossSessions(ask, signal)
  }
  const token = csrfToken()
  try {
    return await proven<Answer>(asked)
  } catch (error) {
    if (await isOfEndedSession(error, token)) throw nothingWasDone(error)
    throw isUnanswered(error) && !AGAIN.test(operation) ? mayBeDone(error) : error
  }
}

async function proven<Answer>(asked: AskedCall): Promise<Answer> {
  try {
    return await askOperation<Answer>(asked)
  } catch (error) {
    // Nothing was done: who proves themselves now gets what they wanted.
    const isProvable = error instanceof ApiRefusal && error.code === 'StepUpRequiredException'
    if (!isProvable || !(await askForProof())) throw error
    return await askOperation<Answer>(asked)
  }
}

/** May be asked twice. What signing in itself asks waits for nobody who signs in. */
const isRead = (operation: string, input: object): boolean =>
  ('DryRun' in input && input.DryRun === true) || (READ.test(operation) && !ENTRY.test(operation))

const READ = /^(Check|Count|Describe|Diagnose|Generate|Get|List|Preview|Read|Search|Simulate)/
const ENTRY = /^(GetConsoleSession|GetPasskeyChallenge|ListSignInRoles)$/

/** May be asked once more whatever became of it. */
const AGAIN = /^(ProveAgain|SetUpAdministrator|SignIn|SignOut)/

/** The request may have got there: the answer did not come, or it is not the control plane's. */
const isUnanswered = (error: unknown): error is ApiRefusal =>
  error instanceof ApiRefusal &&
  (error.code === 'Unreachable' || (error.code === 'Unexpected' && error.status >= 500))

function mayBeDone(refusal: ApiRefusal): ApiRefusal {
  const message = `${refusal.message} It may be done all the same: look before you do it again.`
  return refusal.telling({ message, isOpen: true })
}

/** Whoever is not known is refused before anything is done. */
function nothingWasDone(cause: unknown): ApiRefusal {
  const { status, requestId } = cause as ApiRefusal
  const message = 'Your session had ended, and nothing was done. Do it once more.'
  return new ApiRefusal({ code: 'SessionEnded', status, message, requestId })
}
