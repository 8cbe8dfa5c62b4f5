import type { Refusal } from './query-refusal.ts'

/**
 * How EC2 names what the JSON protocol names otherwise (EC2 API reference, "Error codes"). Codes that are not here are EC2's already
 * (`InvalidInstanceID.NotFound`), and keep their status.
 */
const IN_EC2: ReadonlyMap<string, Refusal> = new Map(
  Object.entries({
    MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
    IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
    UnrecognizedClientException: { code: 'AuthFailure', status: 401 },
    InvalidSignatureException: { code: 'AuthFailure', status: 401 },
    UntimelySignatureException: { code: 'RequestExpired', status: 400 },
    ExpiredTokenException: { code: 'RequestExpired', status: 400 },
    AccessDeniedException: { code: 'UnauthorizedOperation', status: 403 },
    ValidationException: { code: 'InvalidParameterValue', status: 400 },
    SerializationException: { code: 'InvalidParameterValue', status: 400 },
    UnknownOperationException: { code: 'InvalidAction', status: 400 },
    ThrottlingException: { code: 'RequestLimitExceeded', status: 503 },
    EC2InstanceUnavailableException: { code: 'ServiceUnavailable', status: 503 },
    ServiceUnavailableException: { code: 'Unavailable', status: 503 },
    ServiceException: { code: 'InternalError', status: 500 },
  }),
)

/** The refusal as EC2 tells it. */
export function ec2Refusal({
  code,
  status,
  message,
}: Refusal & { readonly message: string }): Refusal & { readonly message: string } {
  const told = IN_EC2.get(code) ?? { code, status }
  // EC2 begins with a sentence of its own; what decided follows it, as everywhere.
  const isDenial = told.code === 'UnauthorizedOperation'
  return {
    ...told,
    message: isDenial ? `You are not authorized to perform this operation. ${message}` : message,
  }
}
