import type { ClientEnvironment } from '../fleetkey.ts'

/**
 * One of AWS's own clients, unmodified. All that it knows of our server comes from AWS's settings in the environment. Three of them behind
 * one interface, so that one test holds them all to the same.
 */
export interface AwsClient {
  readonly name: string
  ask(environment: ClientEnvironment, question: AwsQuestion): Promise<AwsAnswer>
  close(): Promise<void>
}

export interface AwsQuestion {
  readonly kind:
    | 'call'
    /** All pages of a list, two entries each, by the client's own paginator. */
    | 'pages'
    /** The client's own waiter; `operation` is its name, as `UserExists`. */
    | 'wait'
  readonly service: AwsService
  /** As AWS names it: `CreateUser`. */
  readonly operation: string
  readonly input: object
}

export type AwsService = 'iam' | 'sts' | 'ec2' | 'ec2-instance-connect' | 'cloudtrail'

/** Times are ISO 8601 texts and bytes are Latin-1; all else is as the client gives it. */
export type AwsAnswer =
  | { readonly kind: 'done'; readonly output: AwsOutput }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

// oxlint-disable-next-line typescript/no-explicit-any -- what a test reads out of it, the test asserts
export type AwsOutput = Record<string, any>

/** How the AWS CLI (`-`) and boto3 (`_`) spell an operation, a waiter or a member: `ListMFADevices` is `list-mfa-devices`. */
export function spelled(name: string, separator: '-' | '_'): string {
  return name
    .replaceAll(/(.)([A-Z][a-z]+)/g, `$1${separator}$2`)
    .replaceAll(/([a-z\d])([A-Z])/g, `$1${separator}$2`)
    .toLowerCase()
}
