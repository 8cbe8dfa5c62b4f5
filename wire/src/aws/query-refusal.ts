/** A code that clients dispatch on, and its HTTP status. */
export interface Refusal {
  readonly code: string
  readonly status: number
}

/**
 * How IAM and STS name what the JSON protocol names otherwise (Common Errors of both API references). Codes that are not here are theirs
 * already (`NoSuchEntity`), and keep their status.
 */
const IN_QUERY: ReadonlyMap<string, Refusal> = new Map(
  Object.entries({
    MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
    IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
    UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
    InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
    UntimelySignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
    // Of the credentials that signed; STS keeps the longer name for the token of a web identity.
    ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
    ExpiredWebIdentityTokenException: { code: 'ExpiredTokenException', status: 400 },
    AccessDeniedException: { code: 'AccessDenied', status: 403 },
    ValidationException: { code: 'ValidationError', status: 400 },
    SerializationException: { code: 'MalformedInput', status: 400 },
    UnknownOperationException: { code: 'InvalidAction', status: 400 },
    ThrottlingException: { code: 'Throttling', status: 400 },
    ServiceUnavailableException: { code: 'ServiceUnavailable', status: 503 },
    // What a request meets that was sent twice while its outcome is not known.
    EC2InstanceUnavailableException: { code: 'ServiceUnavailable', status: 503 },
  }),
)

/** The refusal as the Query API of `service` tells it. */
export function queryRefusal({ code, status }: Refusal, service: 'iam' | 'sts'): Refusal {
  if (code === 'ServiceException') {
    return { code: service === 'iam' ? 'ServiceFailure' : 'InternalFailure', status }
  }
  return IN_QUERY.get(code) ?? { code, status }
}
