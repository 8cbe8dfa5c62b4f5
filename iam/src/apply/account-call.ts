/** One call of the API: an operation of IAM's, by AWS's name, or one of STS's or ours. */
export interface AccountCall {
  readonly service: 'iam' | 'sts' | 'fleetkey'
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Makes the call; resolves to the answer as it came. */
export type Ask = (call: AccountCall) => Promise<unknown>
