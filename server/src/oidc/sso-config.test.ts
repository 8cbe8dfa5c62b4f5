import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { secretsOf, ssoSchema } from './sso-config.ts'

const ONE = { issuer: 'https://idp.example.com', clientId: 'console' }

it('has no secret for a client that is not named: it is a public one', () => {
  const secretOf = secretsOf(ssoSchema.parse(undefined), {})
  assert.equal(secretOf(ONE), undefined)
})

it('reads secrets from files and from the environment, each for its client alone', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fleetkey-sso-'))
  try {
    const secretFile = join(dir, 'secret')
    writeFileSync(secretFile, 'of a file\n')
    const other = { ...ONE, clientId: 'other' }
    const clients = [
      { ...ONE, secretFile },
      { ...other, secretVariable: 'OTHER_SECRET', authMethod: 'client_secret_post' },
    ]
    const secretOf = secretsOf(ssoSchema.parse({ clients }), { OTHER_SECRET: 'of a variable' })
    assert.deepEqual(
      [secretOf(ONE), secretOf(other)],
      [
        { secret: 'of a file', authMethod: undefined },
        { secret: 'of a variable', authMethod: 'client_secret_post' },
      ],
    )
    assert.equal(secretOf({ ...ONE, issuer: 'https://idp.example.org' }), undefined)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

it('does not start without a secret that it was told of', () => {
  const config = ssoSchema.parse({ clients: [{ ...ONE, secretVariable: 'NONE' }] })
  assert.throws(() => secretsOf(config, {}), /no secret of console in the variable NONE/)
  assert.equal(ssoSchema.safeParse({ clients: [ONE] }).success, false, 'from nowhere')
})
