import { instance, instanceConnectEndpoint } from './ec2.ts'
import { service, write } from './service.ts'

/** Service Authorization Reference, "Amazon EC2 Instance Connect". */
export const EC2_INSTANCE_CONNECT = service('ec2-instance-connect', [
  write('SendSSHPublicKey', [instance], ['ec2:osuser']),
  write('SendSerialConsoleSSHPublicKey', [instance]),
  write(
    'OpenTunnel',
    [instanceConnectEndpoint],
    [
      'ec2-instance-connect:remotePort',
      'ec2-instance-connect:privateIpAddress',
      'ec2-instance-connect:maxTunnelDuration',
    ],
  ),
])
