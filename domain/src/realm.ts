/**
 * Whose fleet this is, in AWS's terms: every ARN carries it.
 * `accountId` is 12 digits, `region` defaults to `on-prem-1`, `partition` is `aws`.
 */
export interface Realm {
  readonly partition: string
  readonly region: string
  readonly accountId: string
}

export function isAccountId(text: string): boolean {
  return /^[0-9]{12}$/.test(text)
}

/** Region names of AWS's shape, so that SDKs take them: `eu-west-1`, `on-prem-1`. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,12}(-[a-z]{1,12}){1,3}-[0-9]{1,2}$/.test(text)
}
