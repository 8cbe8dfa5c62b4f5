import { fileURLToPath } from 'node:url'
import type { ClientEnvironment } from './fleetkey.ts'
import { plainEnvironment, runProgram } from './run-program.ts'

const PROGRAM = fileURLToPath(new URL('push-with-sdk.ts', import.meta.url))

export type SdkAnswer =
  | { readonly success: true; readonly requestId: string }
  | { readonly name: string; readonly message: string; readonly status?: number }

/** Pushes a key with AWS's own client, in a process of its own because it reads its CA when it starts. */
export async function pushWithSdk(
  environment: ClientEnvironment,
  push: { readonly instanceId: string; readonly osUser: string; readonly publicKey: string },
): Promise<SdkAnswer> {
  const { stdout, stderr } = await runProgram(
    [process.execPath, PROGRAM, push.instanceId, push.osUser],
    { input: push.publicKey, timeoutMs: 30_000, env: { ...plainEnvironment, ...environment } },
  )
  if (stdout === '') throw new Error(`the AWS SDK printed nothing: ${stderr}`)
  return JSON.parse(stdout) as SdkAnswer
}
