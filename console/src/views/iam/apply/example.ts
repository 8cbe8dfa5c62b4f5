/** Every section, each with what it can say. */
export const EXAMPLE = `policies:
  staging-logins:
    document:
      Version: 2012-10-17
      Statement:
        - Effect: Allow
          Action: ec2-instance-connect:SendSSHPublicKey
          Resource: '*'
          Condition: {StringEquals: {aws:ResourceTag/env: staging, ec2:osuser: deploy}}
groups:
  sre:
    members: [alice]
    policies: [staging-logins]
users:
  alice:
    tags: {team: web}
`
