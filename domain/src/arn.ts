import type { Realm } from './realm.ts'

/** Amazon Resource Names of the things that Fleetkey has (IAM User Guide, "Amazon Resource Names"). */
export const instanceArn = (realm: Realm, instanceId: string): string =>
  ec2Arn(realm, `instance/${instanceId}`)

/** A door for tunnels: `eice-…`. */
export const endpointArn = (realm: Realm, endpointId: string): string =>
  ec2Arn(realm, `instance-connect-endpoint/${endpointId}`)

export const vpcArn = (realm: Realm, vpcId: string): string => ec2Arn(realm, `vpc/${vpcId}`)

export const subnetArn = (realm: Realm, subnetId: string): string =>
  ec2Arn(realm, `subnet/${subnetId}`)

export const securityGroupArn = (realm: Realm, groupId: string): string =>
  ec2Arn(realm, `security-group/${groupId}`)

export const securityGroupRuleArn = (realm: Realm, ruleId: string): string =>
  ec2Arn(realm, `security-group-rule/${ruleId}`)

export const prefixListArn = (realm: Realm, listId: string): string =>
  ec2Arn(realm, `prefix-list/${listId}`)

/** Images belong to no account, as in AWS. */
export const imageArn = (realm: Realm, imageId: string): string =>
  `arn:${realm.partition}:ec2:${realm.region}::image/${imageId}`

export const rootArn = (realm: Realm): string => iamArn(realm, 'root')

/** What IAM knows by name; `path` begins and ends with a slash. */
export const userArn = (realm: Realm, userName: string, path = '/'): string =>
  iamArn(realm, `user${path}${userName}`)

export const groupArn = (realm: Realm, groupName: string, path = '/'): string =>
  iamArn(realm, `group${path}${groupName}`)

export const roleArn = (realm: Realm, roleName: string, path = '/'): string =>
  iamArn(realm, `role${path}${roleName}`)

/** A customer-managed policy. */
export const policyArn = (realm: Realm, policyName: string, path = '/'): string =>
  iamArn(realm, `policy${path}${policyName}`)

/** A policy that comes with Fleetkey under AWS's name, e.g. `arn:aws:iam::aws:policy/AdministratorAccess`. */
export const awsPolicyArn = (realm: Realm, policyName: string, path = '/'): string =>
  `arn:${realm.partition}:iam::aws:policy${path}${policyName}`

export const instanceProfileArn = (realm: Realm, profileName: string, path = '/'): string =>
  iamArn(realm, `instance-profile${path}${profileName}`)

export const mfaArn = (realm: Realm, deviceName: string, path = '/'): string =>
  iamArn(realm, `mfa${path}${deviceName}`)

/** AWS's form for what speaks FIDO. By its id: names of passkeys are free text, and change. */
export const passkeyArn = (realm: Realm, userName: string, passkeyId: string): string =>
  iamArn(realm, `u2f/user/${userName}/${passkeyId}`)

/** `provider` is the issuer URL without its scheme. */
export const oidcProviderArn = (realm: Realm, provider: string): string =>
  iamArn(realm, `oidc-provider/${provider}`)

/** A role session; unlike its role's ARN it has no path. */
export const assumedRoleArn = (realm: Realm, roleName: string, sessionName: string): string =>
  `arn:${realm.partition}:sts::${realm.accountId}:assumed-role/${roleName}/${sessionName}`

export const joinTokenArn = (realm: Realm, joinTokenId: string): string =>
  `arn:${realm.partition}:fleetkey:${realm.region}:${realm.accountId}:join-token/${joinTokenId}`

export const trailArn = (realm: Realm): string =>
  `arn:${realm.partition}:fleetkey:${realm.region}:${realm.accountId}:trail/main`

/** The same trail as CloudTrail's API names it. */
export const cloudTrailArn = (realm: Realm): string =>
  `arn:${realm.partition}:cloudtrail:${realm.region}:${realm.accountId}:trail/main`

function ec2Arn(realm: Realm, resource: string): string {
  return `arn:${realm.partition}:ec2:${realm.region}:${realm.accountId}:${resource}`
}

function iamArn(realm: Realm, resource: string): string {
  return `arn:${realm.partition}:iam::${realm.accountId}:${resource}`
}
