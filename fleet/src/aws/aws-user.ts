import assert from 'node:assert/strict'
import type { ClientEnvironment } from '../fleetkey.ts'
import type { AwsAnswer, AwsClient, AwsOutput, AwsQuestion, AwsService } from './aws-client.ts'

/** Somebody with credentials and one of AWS's clients. Operations are named as actions of policies are: `iam:CreateUser`. */
export interface AwsUser {
  readonly environment: ClientEnvironment
  done(operation: Operation, input?: object): Promise<AwsOutput>
  /** The code and the message that the client shows. */
  refused(operation: Operation, input?: object): Promise<{ code: string; message: string }>
  /** All of a list, by the client's paginator. */
  pages(operation: Operation, input?: object): Promise<AwsOutput>
  /** Resolves when the client's waiter does. */
  wait(waiter: Operation, input: object): Promise<void>
}

type Operation = `${AwsService}:${string}`

export function awsUser(client: AwsClient, environment: ClientEnvironment): AwsUser {
  const ask = (kind: AwsQuestion['kind'], named: Operation, input: object): Promise<AwsAnswer> => {
    const [service, operation] = named.split(':') as [AwsService, string]
    return client.ask(environment, { kind, service, operation, input })
  }
  async function must(kind: AwsQuestion['kind'], named: Operation, input: object) {
    const answer = await ask(kind, named, input)
    if (answer.kind === 'done') return answer.output
    return assert.fail(`${client.name}, ${named}: ${answer.code}: ${answer.message}`)
  }
  return {
    environment,
    done: (operation, input = {}) => must('call', operation, input),
    async refused(operation, input = {}) {
      const answer = await ask('call', operation, input)
      assert.equal(answer.kind, 'refused', `${client.name}, ${operation} was not refused`)
      const { code, message } = answer
      return { code, message }
    },
    pages: (operation, input = {}) => must('pages', operation, input),
    async wait(waiter, input) {
      await must('wait', waiter, input)
    },
  }
}

/** The environment with other credentials, as AWS answers with them (an access key or a session). */
export function withCredentials(
  environment: ClientEnvironment,
  credentials: AwsOutput,
): ClientEnvironment {
  const { AWS_SESSION_TOKEN: _, ...rest } = environment
  const token = credentials['SessionToken']
  return {
    ...rest,
    AWS_ACCESS_KEY_ID: credentials['AccessKeyId'],
    AWS_SECRET_ACCESS_KEY: credentials['SecretAccessKey'],
    ...(token === undefined ? {} : { AWS_SESSION_TOKEN: token }),
  }
}
