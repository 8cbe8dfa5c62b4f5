import type { Realm } from './realm.ts'

/** Amazon Resource Names of the things that Fleetkey has (IAM User Guide, "Amazon Resource Names"). */
export const instanceArn = (realm: Realm, instanceId: string): string =>
  `arn:${realm.partition}:ec2:${realm.region}:${realm.accountId}:instance/${instanceId}`

export const rootArn = (realm: Realm): string =>
  `arn:${realm.partition}:iam::${realm.accountId}:root`

export const userArn = (realm: Realm, userName: string): string =>
  `arn:${realm.partition}:iam::${realm.accountId}:user/${userName}`

export const joinTokenArn = (realm: Realm, joinTokenId: string): string =>
  `arn:${realm.partition}:fleetkey:${realm.region}:${realm.accountId}:join-token/${joinTokenId}`

export const trailArn = (realm: Realm): string =>
  `arn:${realm.partition}:fleetkey:${realm.region}:${realm.accountId}:trail/main`
