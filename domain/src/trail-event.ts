/**
 * One record of the trail, in CloudTrail's shape and names (CloudTrail User Guide, "CloudTrail record contents", eventVersion 1.08).
 * Our own facts stand in `additionalEventData`.
 */
export interface TrailEvent {
  readonly eventVersion: '1.08'
  readonly userIdentity: UserIdentity
  /** ISO 8601 to the second, UTC. */
  readonly eventTime: string
  /** e.g. `ec2-instance-connect.amazonaws.com`, `fleetkey.amazonaws.com` */
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  /** CloudTrail writes `AccessDenied` where the wire says `AccessDeniedException`. */
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly responseElements: Readonly<Record<string, unknown>> | null
  readonly additionalEventData: AdditionalEventData
  readonly requestID: string
  readonly eventID: string
  readonly readOnly: boolean
  readonly resources?: readonly TrailResource[]
  readonly eventType: 'AwsApiCall' | 'AwsServiceEvent' | 'AwsConsoleSignIn'
  readonly managementEvent: true
  readonly recipientAccountId: string
  readonly eventCategory: 'Management'
  readonly tlsDetails?: Readonly<Record<string, string>>
}

interface TrailResource {
  readonly ARN: string
  readonly accountId: string
  readonly type: string
}

/**
 * Where a record stands in its request: an `intent` is durable before anything happens and its `outcome` after it; an act that
 * changes nothing, or that was refused before it began, is `complete` in one record.
 */
export type TrailPhase = 'intent' | 'outcome' | 'complete'

export interface AdditionalEventData {
  readonly phase: TrailPhase
  /** Why the policy said yes or no, for a person. */
  readonly explanation?: string
  readonly [fact: string]: unknown
}

/** CloudTrail User Guide, "CloudTrail userIdentity element". */
export type UserIdentity =
  | {
      readonly type: 'Root' | 'IAMUser' | 'AssumedRole'
      readonly principalId: string
      readonly arn: string
      readonly accountId: string
      readonly accessKeyId?: string
      readonly userName?: string
      /** Of temporary credentials. */
      readonly sessionContext?: SessionContext
    }
  /** Somebody whom an OIDC provider vouches for, on the way to a role. */
  | {
      readonly type: 'WebIdentityUser'
      readonly principalId: string
      readonly userName: string
      readonly identityProvider: string
      /** Ours: e-mail or name, as the provider said. For people; two may have the same. */
      readonly displayName?: string
    }
  /** What a host reported through its agent. */
  | { readonly type: 'AWSService'; readonly invokedBy: string }
  /** A host that enrols with a join token, or somebody who could not prove who they are: nobody yet. */
  | { readonly type: 'Unknown'; readonly principalId: string }

export interface SessionContext {
  readonly sessionIssuer?: {
    readonly type: 'Role'
    readonly principalId: string
    readonly arn: string
    readonly accountId: string
    readonly userName: string
  }
  readonly webIdFederationData?: {
    readonly federatedProvider: string
    readonly attributes: Readonly<Record<string, string>>
  }
  readonly sourceIdentity?: string
  readonly attributes: { readonly creationDate: string; readonly mfaAuthenticated: string }
}
