/** By prefix, as AWS's Service Authorization Reference calls them. */
const NAMES: Readonly<Record<string, string>> = {
  'ec2-instance-connect': 'Amazon EC2 Instance Connect',
  ec2: 'Amazon EC2',
  sts: 'AWS Security Token Service',
  iam: 'AWS Identity and Access Management',
  cloudtrail: 'AWS CloudTrail',
  fleetkey: 'Fleetkey',
}

export const serviceName = (prefix: string): string => NAMES[prefix] ?? prefix
