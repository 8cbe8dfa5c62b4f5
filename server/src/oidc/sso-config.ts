import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { ClientSecret, SignInClient } from './authorization-code.ts'

/** Clients at providers that have a secret; those that are not here are public ones, with PKCE alone. */
export const ssoSchema = z
  .strictObject({
    clients: z
      .array(
        z
          .strictObject({
            /** As it was registered, e.g. https://idp.example.com. */
            issuer: z.url().max(255),
            clientId: z.string().min(1).max(255),
            /** A file that has the secret, and nothing else but a line end. */
            secretFile: z.string().min(1).optional(),
            /** The variable of the environment that has it. */
            secretVariable: z.string().min(1).optional(),
            /** How the client is registered to show it; default: as the provider says that it takes secrets. */
            authMethod: z.enum(['client_secret_basic', 'client_secret_post']).optional(),
          })
          .refine(
            ({ secretFile, secretVariable }) =>
              (secretFile === undefined) !== (secretVariable === undefined),
            'needs either secretFile or secretVariable',
          ),
      )
      .max(100)
      .default([]),
  })
  .prefault({})

/** Read at the start, so that a secret that is missing is told then. Throws with the name of what is missing. */
export function secretsOf(
  { clients }: z.infer<typeof ssoSchema>,
  environment: Readonly<Record<string, string | undefined>>,
): (client: SignInClient) => ClientSecret | undefined {
  const secrets = new Map(
    clients.map(({ issuer, clientId, secretFile, secretVariable = '', authMethod }) => {
      const secret =
        secretFile === undefined
          ? environment[secretVariable]
          : readFileSync(secretFile, 'utf8').replace(/\r?\n$/, '')
      if (secret === undefined || secret === '') {
        throw new Error(
          `sso.clients: no secret of ${clientId} in ${secretFile ?? `the variable ${secretVariable}`}`,
        )
      }
      return [keyOf({ issuer, clientId }), { secret, authMethod }] as const
    }),
  )
  return (client) => secrets.get(keyOf(client))
}

const keyOf = ({ issuer, clientId }: SignInClient): string => JSON.stringify([issuer, clientId])
