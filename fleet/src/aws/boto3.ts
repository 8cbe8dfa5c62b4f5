import { fileURLToPath } from 'node:url'
import { plainEnvironment } from '../run-program.ts'
import { spelled, type AwsAnswer, type AwsClient } from './aws-client.ts'
import { LineProgram } from './line-program.ts'

/** Debian's; another Python may stand before it in PATH. */
export const PYTHON = '/usr/bin/python3'

const PROGRAM = fileURLToPath(new URL('ask-with-boto3.py', import.meta.url))

/** boto3 in one process for all questions. */
export function openBoto3(): AwsClient {
  const program = new LineProgram([PYTHON, '-B', PROGRAM], {
    ...plainEnvironment,
    HOME: '/dev/null/home',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  return {
    name: 'boto3',
    async ask(environment, { kind, service, operation, input }) {
      const name = spelled(operation, '_')
      return (await program.ask({ environment, kind, service, name, input })) as AwsAnswer
    },
    close: () => program.close(),
  }
}
