import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { findAwsCliV2, whyNoAwsCliV2 } from './aws/aws-cli-v2.ts'
import { openTunnelEnvironment } from './aws/open-tunnel.ts'
import { closedTunnels } from './closed-tunnels.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import type { ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { ON_LOOPBACK, openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { runProgram } from './run-program.ts'
import { writeKnownHosts } from './ssh.ts'
import { hostOf, whyNoHosts } from './test-fleet.ts'
import { until } from './until.ts'

// AWS CLI v2 as a whole: it describes, chooses address and endpoint, makes a key, pushes it, runs ssh, and itself again as ProxyCommand.

describe(
  'aws ec2-instance-connect ssh',
  { skip: whyNoHosts() ?? whyNoAwsCliV2() ?? false, timeout: 180_000 },
  () => {
    let fleet: PrivateFleet
    let vault: EnrolledHost
    let web: EnrolledHost
    let etcSsh: string

    before(async () => {
      fleet = await openPrivateFleet({
        hosts: { vault: {}, web: {} },
        sshdConfig: { vault: ON_LOOPBACK },
      })
      vault = hostOf(fleet, 'vault')
      web = hostOf(fleet, 'web')
      etcSsh = join(fleet.dir, 'etc-ssh')
      await mkdir(etcSsh)
      await writeKnownHosts(join(etcSsh, 'ssh_known_hosts'), [vault.host, web.host])
      await writeFile(join(etcSsh, 'ssh_config'), 'StrictHostKeyChecking yes\nUpdateHostKeys no\n')
    })
    after(() => fleet?.close())

    /** Types `input` into the session. ssh gets no arguments of ours: what it knows of hosts stands in the machine's /etc/ssh. */
    function ssh(
      host: EnrolledHost,
      more: readonly string[],
      options: { readonly asker?: ClientEnvironment; readonly input?: string } = {},
    ) {
      const { asker = fleet.plane.root, input = 'hostname; echo $SSH_CONNECTION; exit 5\n' } =
        options
      const aws = [findAwsCliV2() ?? 'aws', 'ec2-instance-connect', 'ssh', '--os-user', 'deploy']
      const which = ['--instance-id', host.instanceId, ...more]
      const own = ['unshare', '--mount', '--propagation', 'private', '--'] as const
      const inPlace = ['/bin/sh', '-euc', 'mount --bind "$0" /etc/ssh; exec "$@"', etcSsh]
      return runProgram([...own, ...inPlace, ...aws, ...which], {
        env: openTunnelEnvironment(asker),
        input,
      })
    }

    it('reaches a host that takes no connection (eice), and passes the exit code on', async () => {
      const closed = closedTunnels(fleet).length
      const { code, stdout, stderr } = await ssh(vault, ['--connection-type', 'eice'])
      assert.match(stdout, /^vault\n127\.0\.0\.1 \d+ 127\.0\.0\.1 22$/m, stderr)
      assert.equal(code, 5)
      await until('its end is on record', () => closedTunnels(fleet).length > closed)
      assert.equal(closedTunnels(fleet).at(-1)?.route, 'agent')
    })

    it('takes the endpoint and the time that it is told', async () => {
      const told = `endpointId=${fleet.endpointId},dnsName=${fleet.dnsName},maxTunnelDuration=600`
      const { code, stdout, stderr } = await ssh(vault, ['--eice-options', told])
      assert.match(stdout, /^vault$/m, stderr)
      assert.equal(code, 5)
    })

    it('reaches a host directly, without any tunnel', async () => {
      const closed = closedTunnels(fleet).length
      const { code, stdout, stderr } = await ssh(web, ['--connection-type', 'direct'])
      assert.match(stdout, /^web$/m, stderr)
      assert.equal(code, 5)
      assert.equal(closedTunnels(fleet).length, closed)
    })

    it('shows who may not push, and which instance is unknown', async () => {
      const allow = (Action: readonly string[]) => ({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      })
      const reader = await makeUser(fleet.plane, 'reader', allow(['ec2:Describe*']))
      const eice = ['--connection-type', 'eice']
      const denied = await ssh(vault, eice, { asker: reader })
      assert.equal(denied.code, 254)
      assert.match(
        denied.stderr,
        /\(AccessDeniedException\) when calling the SendSSHPublicKey operation: .*user\/reader is not authorized/,
      )
      const unknown = await ssh({ ...vault, instanceId: 'i-0123456789abcdef0' }, eice)
      assert.equal(unknown.code, 254)
      assert.match(unknown.stderr, /\(InvalidInstanceID\.NotFound\)/)
    })

    it('shows who may push but open no tunnel, from within ssh', async () => {
      const pusher = await makeUser(fleet.plane, 'pusher', {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['ec2:Describe*', 'ec2-instance-connect:SendSSHPublicKey'],
          Resource: '*',
        },
      })
      const { code, stderr } = await ssh(vault, ['--connection-type', 'eice'], { asker: pusher })
      assert.equal(code, 255)
      assert.match(stderr, /"ErrorCode":"AccessDenied.*ec2-instance-connect:OpenTunnel/)
      assert.match(stderr, /AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE/)
    })
  },
)
