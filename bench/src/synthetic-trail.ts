/** Some 5,000 hosts and 500 people for two years: each number has one record, the same whenever it is asked for. `start` is when number 0 was. */

const EVERY_MS = 6000
const INSTANCES = 5000
const PEOPLE = 500

const EVENTS = [
  { name: 'SendSSHPublicKey', source: 'ec2-instance-connect', readOnly: false },
  { name: 'DescribeInstances', source: 'ec2', readOnly: true },
  { name: 'KeyOffered', source: 'fleetkey', readOnly: true },
  { name: 'OpenTunnel', source: 'ec2-instance-connect', readOnly: false },
  { name: 'AssumeRoleWithWebIdentity', source: 'sts', readOnly: false },
] as const

/** Both inclusive, in seconds since 1970, around a record. */
export const hourAround = (n: number, start: number) => {
  const time = Math.floor(timeOf(n, start) / 1000)
  return { StartTime: time - 1800, EndTime: time + 1800 }
}

export const instanceOf = (n: number): string =>
  `i-${(mixed(n, 1) % INSTANCES).toString(16).padStart(17, '0')}`
/** A few people do most. */
export const personOf = (n: number): string =>
  `person-${Math.floor(PEOPLE * ((mixed(n, 2) % 10_000) / 10_000) ** 3)}`
export const fingerprintOf = (n: number): string =>
  `SHA256:${hex(n, 3)}${hex(n, 4)}${hex(n, 5)}${hex(n, 6)}${hex(n, 7)}abc`
export const eventIdOf = (n: number): string => uuid(n, 8)
export const addressOf = (n: number): string =>
  `10.${mixed(n, 9) % 64}.${mixed(n, 10) % 256}.${mixed(n, 11) % 256}`

export function recordAt(n: number, start: number) {
  const event = EVENTS[mixed(n, 12) % EVENTS.length] ?? EVENTS[0]
  const [instanceId, userName] = [instanceOf(n), personOf(n)]
  const host = Number.parseInt(instanceId.slice(2), 16)
  const errorCode = mixed(n, 13) % 50 === 0 ? 'AccessDenied' : ''
  const time = timeOf(n, start)
  const [eventId, requestId] = [eventIdOf(n), uuid(n, 14)]
  const record = {
    eventVersion: '1.08',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLE:${userName}`,
      arn: `arn:aws:sts::111122223333:assumed-role/sre/${userName}`,
      accountId: '111122223333',
      accessKeyId: `ASIA${hex(Math.floor(n / 40), 15).toUpperCase()}`,
    },
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: `${event.source}.amazonaws.com`,
    eventName: event.name,
    awsRegion: 'on-prem-1',
    sourceIPAddress: addressOf(n),
    userAgent: 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.12 lang/python#3.13',
    ...(errorCode === '' ? {} : { errorCode, errorMessage: 'User is not authorized.' }),
    requestParameters: errorCode === '' ? { instanceId, instanceOSUser: 'deploy' } : null,
    responseElements: null,
    additionalEventData: {
      phase: 'complete',
      instanceId,
      instanceName: `web-${host}`,
      instanceTags: {
        Name: `web-${host}`,
        Env: host % 5 === 0 ? 'dev' : 'prod',
        Team: `team-${host % 40}`,
      },
      osUser: 'deploy',
      fingerprint: fingerprintOf(n),
      explanation: 'Statement 1 of policy reach allows ec2-instance-connect:SendSSHPublicKey.',
    },
    requestID: requestId,
    eventID: eventId,
    readOnly: event.readOnly,
    resources: [
      {
        ARN: `arn:aws:ec2:on-prem-1:111122223333:instance/${instanceId}`,
        accountId: '111122223333',
        type: 'AWS::EC2::Instance',
      },
    ],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
  }
  return {
    eventId,
    requestId,
    time,
    eventName: event.name,
    readOnly: event.readOnly,
    userName,
    instanceId,
    errorCode,
    record: JSON.stringify(record),
  }
}

const timeOf = (n: number, start: number): number => start + n * EVERY_MS

const uuid = (n: number, salt: number): string => {
  const text = `${hex(n, salt)}${hex(n, salt + 40)}${hex(n, salt + 41)}${hex(n, salt + 42)}`
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const hex = (n: number, salt: number): string => mixed(n, salt).toString(16).padStart(8, '0')

/** 32 bits that look random (murmur3's last steps). */
function mixed(n: number, salt: number): number {
  let bits = Math.imul(n ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35)
  bits = Math.imul(bits ^ (bits >>> 13), 0x27d4eb2f)
  return (bits ^ (bits >>> 16)) >>> 0
}
