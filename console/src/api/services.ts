/** How each service's operations are named in `X-Amz-Target`. */
export const TARGETS = {
  'ec2-instance-connect': 'AWSEC2InstanceConnectService',
  ec2: 'AmazonEC2',
  sts: 'AWSSecurityTokenService',
  iam: 'AWSIdentityManagement',
  cloudtrail: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
  fleetkey: 'Fleetkey',
} as const

export type Service = keyof typeof TARGETS
