import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CLOSED_SPELLINGS } from '@fleetkey/domain/tunnel-target.cases'
import { whyNoBoto3 } from './aws/aws-programs.ts'
import {
  openTunnelCommand,
  openTunnelEnvironment,
  tunnelClients,
  type OpenTunnelOptions,
  type TunnelClient,
} from './aws/open-tunnel.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { ON_LOOPBACK, openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { runProgram } from './run-program.ts'
import { hostOf, whyNoHosts } from './test-fleet.ts'

// Where no tunnel leads, and what AWS's client shows of it.

describe(
  'a tunnel is refused',
  { skip: whyNoHosts() ?? whyNoBoto3() ?? false, timeout: 180_000 },
  () => {
    let fleet: PrivateFleet
    let vault: EnrolledHost
    let web: EnrolledHost
    let near: ClientEnvironment
    let brief: ClientEnvironment

    before(async () => {
      fleet = await openPrivateFleet({
        hosts: { vault: {}, web: {} },
        sshdConfig: { vault: ON_LOOPBACK },
      })
      vault = hostOf(fleet, 'vault')
      web = hostOf(fleet, 'web')
      const allowed = (Condition: object) => ({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'ec2-instance-connect:OpenTunnel',
          Resource: `arn:aws:ec2:*:*:instance-connect-endpoint/${fleet.endpointId}`,
          Condition,
        },
      })
      const key = (name: string) => `ec2-instance-connect:${name}`
      near = await makeUser(
        fleet.plane,
        'near',
        allowed({ IpAddress: { [key('privateIpAddress')]: `${web.host.address4}/32` } }),
      )
      brief = await makeUser(
        fleet.plane,
        'brief',
        allowed({ NumericLessThanEquals: { [key('maxTunnelDuration')]: 600 } }),
      )
    })
    after(() => fleet?.close())

    for (const client of tunnelClients()) describe(`to ${client.name}`, () => casesOf(client))

    function casesOf(client: TunnelClient): void {
      const open = (options: Partial<OpenTunnelOptions>, asker = fleet.plane.root) => {
        const { endpointId, dnsName } = fleet
        const privateIpAddress = web.host.address4
        const command = openTunnelCommand(client, {
          endpointId,
          dnsName,
          privateIpAddress,
          ...options,
        })
        return runProgram(command, { env: openTunnelEnvironment(asker) })
      }
      /** What the person reads: AWS's code, and why. */
      async function refusal(options: Partial<OpenTunnelOptions>, asker?: ClientEnvironment) {
        const { code, stdout, stderr } = await open(options, asker)
        assert.deepEqual({ code, stdout }, { code: 255, stdout: '' }, stderr)
        assert.match(stderr, /AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE/)
        const [, body = ''] = /(\{"ErrorCode".*\})$/m.exec(stderr) ?? []
        const { ErrorCode, Message } = JSON.parse(body) as { ErrorCode: string; Message: string }
        return `${ErrorCode}: ${Message}`
      }

      it('to an address that no host has', async () => {
        for (const privateIpAddress of ['10.255.255.1', fleet.network.address4]) {
          assert.match(await refusal({ privateIpAddress }), /No instance at site/)
        }
      })

      it('to a metadata service and loopback, however spelled', async () => {
        for (const privateIpAddress of ['169.254.169.254', '127.0.0.1', '::1', '0x7f.1']) {
          assert.match(await refusal({ privateIpAddress }), /privateIpAddress is not valid/)
        }
      })

      it('to a port that the host does not allow', async () => {
        assert.match(
          await refusal({ remotePort: 8443 }),
          /^InvalidParameter: .*remotePort 8443 .* lead to port 22 /,
        )
      })

      it('to a host of another site', async () => {
        const move = async (site: string) => {
          const argv = ['instances', 'tag', vault.instanceId, `Site=${site}`]
          const { code, stderr } = await fleetkey(argv, { env: fleet.plane.root })
          assert.equal(code, 0, stderr)
        }
        const privateIpAddress = vault.host.address4
        await move('berlin')
        assert.match(await refusal({ privateIpAddress }), /No instance at site 'default'/)
        await move('default')
        assert.equal((await open({ privateIpAddress })).code, 0)
      })

      it('by policy: to this address, for so long', async () => {
        assert.equal((await open({}, near)).code, 0)
        assert.match(
          await refusal({ privateIpAddress: vault.host.address4 }, near),
          /^AccessDenied.*user\/near is not authorized to perform: ec2-instance-connect:OpenTunnel/,
        )
        assert.equal((await open({ maxTunnelDuration: 600 }, brief)).code, 0)
        assert.match(await refusal({}, brief), /^AccessDenied/)
      })

      it('with a wrong secret', async () => {
        const AWS_SECRET_ACCESS_KEY = 'x'.repeat(40)
        assert.match(
          await refusal({}, { ...fleet.plane.root, AWS_SECRET_ACCESS_KEY }),
          /^InvalidSignature: /,
        )
      })
    }

    it(`by the agent itself, in any of ${CLOSED_SPELLINGS.length} spellings, and when nothing listens`, async () => {
      // What the agent is made of, on the host, with the host's own addresses.
      const agent = '/opt/fleetkey/agent/src'
      const code = `
        import { findAddresses } from '${agent}/facts.ts'
        import { connectTarget } from '${agent}/tunnels/connect-target.ts'
        import { closedPart } from '/opt/fleetkey/domain/src/tunnel-target.ts'
        import { CLOSED_SPELLINGS } from '/opt/fleetkey/domain/src/tunnel-target.cases.ts'
        const own = findAddresses()
        const facts = { addresses4: [...own, ...CLOSED_SPELLINGS], addresses6: [], tunnelPorts: [22] }
        const taken = CLOSED_SPELLINGS.filter((address) => closedPart({ address, port: 22 }, facts) === undefined)
        const refusal = await connectTarget({ address: own[0], port: 9 }).catch(({ code }) => code)
        console.log(JSON.stringify({ own, taken, refusal }))`
      const nodeInHost = process.execPath.replace(/^.*(?=\/node_modules)/, '/opt/fleetkey')
      const { stdout, stderr } = await vault.host.exec([nodeInHost, '--input-type=module', '-'], {
        input: code,
      })
      const own = [vault.host.address4, vault.host.address6].toSorted()
      assert.deepEqual(
        JSON.parse(stdout),
        { own, taken: [], refusal: 'target-unreachable' },
        stderr,
      )
    })
  },
)
