import { Failure } from '../failure.ts'

/** What went wrong before there was an answer, in words for a person. */
export function connectionFailure(
  error: unknown,
  context: {
    readonly endpoint: URL
    readonly caFile: string | undefined
    readonly late: boolean
  },
): Failure {
  const { host, origin, protocol } = context.endpoint
  const code = codeOf(error)
  if (context.late || code === 'ETIMEDOUT') {
    return new Failure('cannotConnect', `${origin} did not answer in time.`, {
      todo: ['Check the address, a firewall in between, and that the server runs.'],
    })
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new Failure(
        'cannotConnect',
        `Nothing listens on ${host}: the connection was refused.`,
        {
          todo: [
            'Is the server running? Check its address and port.',
            'fleetkey demo starts one here.',
          ],
        },
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Failure('cannotConnect', `The name ${host} has no address.`, {
        todo: ['Check the spelling of the endpoint, and your DNS or VPN.'],
      })
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new Failure('cannotConnect', `There is no way to ${host} from here.`, {
        todo: ['Check your network or VPN.'],
      })
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return new Failure('cannotConnect', `${host} does not speak TLS.`, {
        todo: [
          'Check the port. A server without TLS is only reached from its own machine, by http://',
        ],
      })
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return new Failure('certificate', `The certificate of ${host} is for another name.`, {
        why: [messageOf(error)],
        todo: ['Use the name that the certificate has, or give the server one for this name.'],
      })
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return new Failure('certificate', `The certificate of ${host} is not valid now.`, {
        why: [messageOf(error)],
        todo: ["Check this machine's clock; else renew the server's certificate."],
      })
  }
  if (isCertificateProblem(code)) return untrusted(host, context.caFile, messageOf(error))
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return new Failure('cannotConnect', `${host} closed the connection without an answer.`, {
      todo: [
        protocol === 'http:'
          ? 'If this server speaks TLS, use https:// in the endpoint.'
          : 'Try again; if it stays, look at the log of the server.',
      ],
    })
  }
  return new Failure('cannotConnect', `The request to ${origin} failed.`, {
    why: [messageOf(error)],
  })
}

function untrusted(host: string, caFile: string | undefined, detail: string): Failure {
  return new Failure('certificate', `The certificate of ${host} is not trusted.`, {
    why: [
      detail,
      caFile === undefined
        ? 'no certificate authority of your own is set'
        : `it was not signed by the authority in ${caFile}`,
    ],
    todo: [
      "Name the server's authority: AWS_CA_BUNDLE=/path/ca.pem, or caFile in: fleetkey configure",
      'A server that made its own has it in its data folder; "fleetkey server" prints where.',
    ],
  })
}

/** Whether an error's code is about a certificate: Node passes on the names of OpenSSL's X509_V_ERR_… codes. */
export function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH|ERR_TLS_/.test(code)
}

function codeOf(error: unknown): string {
  // Happy eyeballs: one error per address that was tried; the first speaks for all.
  const cause = error instanceof AggregateError ? error.errors[0] : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
