import { writeFileSync } from 'node:fs'
import type { Deployment } from './deployment.ts'
import { newSetUpToken } from './identities/set-up-token.ts'
import type { Store } from './store/store.ts'

/** `fleetkey configure --stdin` takes the file as it is. */
export function tellRootKey(
  { newRootKey, realm }: Deployment,
  told: {
    readonly endpoint: string
    readonly caFile: string | undefined
    readonly file: string | undefined
    readonly tell: (text: string) => void
  },
) {
  if (newRootKey === undefined) return
  const { endpoint, caFile, file, tell } = told
  if (file !== undefined) {
    const text = JSON.stringify({ endpoint, caFile, ...realm, ...newRootKey }, null, 2)
    writeFileSync(file, `${text}\n`, { mode: 0o600 })
    return
  }
  tell(
    `The root access key of this deployment, shown this once (it may do everything; make users for daily work):\n` +
      `  AWS_ENDPOINT_URL=${endpoint}\n` +
      (caFile === undefined ? '' : `  AWS_CA_BUNDLE=${caFile}\n`) +
      `  AWS_REGION=${realm.region}\n` +
      `  AWS_ACCESS_KEY_ID=${newRootKey.accessKeyId}\n` +
      `  AWS_SECRET_ACCESS_KEY=${newRootKey.secretAccessKey}\n`,
  )
}

/** As a fragment of the address, which no browser sends: neither a proxy nor a log sees it. */
export async function tellSetUp(
  store: Store,
  to: {
    readonly console: string
    readonly now: () => number
    readonly tell: (text: string) => void
  },
): Promise<void> {
  const token = await newSetUpToken(store, to.now())
  if (token === undefined) return
  to.tell(
    `There is no user yet. Make the administrator in a browser (good for a day and for once; a restart makes another):\n` +
      `  ${to.console}/set-up#${token}\n`,
  )
}
