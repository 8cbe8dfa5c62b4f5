import { fileURLToPath } from 'node:url'
import { plainEnvironment } from '../run-program.ts'
import type { AwsAnswer, AwsClient } from './aws-client.ts'
import { LineProgram } from './line-program.ts'

const PROGRAM = fileURLToPath(new URL('ask-with-sdk.ts', import.meta.url))

/**
 * AWS's SDK for JavaScript in one process for all questions.
 * @param caFile Node reads it when it starts
 */
export function openSdk(caFile: string): AwsClient {
  const program = new LineProgram([process.execPath, PROGRAM], {
    ...plainEnvironment,
    HOME: '/dev/null/home',
    NODE_EXTRA_CA_CERTS: caFile,
  })
  return {
    name: 'the SDK for JavaScript',
    ask: async (environment, question) =>
      (await program.ask({ environment, ...question })) as AwsAnswer,
    close: () => program.close(),
  }
}
