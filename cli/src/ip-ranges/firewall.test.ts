import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import { Failure } from '../failure.ts'
import { firewallRules, FIREWALLS } from './firewall.ts'
import { readRanges } from './read-ranges.ts'

const ranges = (...texts: string[]) => texts.flatMap((text) => parseCidr(text) ?? [])
const BOTH = ranges('203.0.113.0/24', '10.9.0.1', 'fd77::1')
const LISTS = {
  both: BOTH,
  'IPv4 alone': ranges('203.0.113.0/24'),
  'IPv6 alone': ranges('fd77::/64'),
}

const hasNft = spawnSync('nft', ['--version']).error === undefined && process.getuid?.() === 0
const hasBoto3 = spawnSync('/usr/bin/python3', ['-c', 'import boto3']).status === 0

describe('firewall rules', () => {
  for (const [what, list] of Object.entries(LISTS)) {
    it(
      `load into nftables, also a second time: ${what}`,
      { skip: hasNft ? false : 'no nft (or not root)' },
      () => {
        const rules = firewallRules('nftables', { ranges: list, port: 2222 })
        // In a network namespace of its own: this machine's firewall is not touched.
        for (const args of [
          ['-c', '-f', '-'],
          ['-f', '-'],
        ]) {
          const input = args.length === 3 ? rules : rules + rules
          const { status, stderr } = spawnSync('unshare', ['--net', 'nft', ...args], {
            input,
            encoding: 'utf8',
          })
          assert.equal(status, 0, stderr)
        }
      },
    )
  }

  it(
    'of nftables let the listed addresses in and no other',
    { skip: hasNft ? false : 'no nft (or not root)' },
    () => {
      const rules = firewallRules('nftables', { ranges: BOTH, port: 2222 })
      const script = 'nft -f - && nft -j list table inet fleetkey'
      const { stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script], {
        input: rules,
        encoding: 'utf8',
      })
      const { nftables } = JSON.parse(stdout || '{}') as {
        nftables: { set?: { name: string; elem: unknown }; rule?: { expr: object[] } }[]
      }
      const sets = Object.fromEntries(
        nftables.flatMap(({ set }) => (set ? [[set.name, set.elem]] : [])),
      )
      assert.deepEqual(
        sets,
        {
          from4: ['10.9.0.1', { prefix: { addr: '203.0.113.0', len: 24 } }],
          from6: ['fd77::1'],
        },
        stderr,
      )
      const last = nftables.flatMap(({ rule }) => rule ?? []).at(-1)
      assert.deepEqual(last?.expr.at(-1), { drop: null })
    },
  )

  for (const firewall of ['ufw', 'firewalld'] as const) {
    it(`are commands that a shell can read: ${firewall}`, () => {
      const rules = firewallRules(firewall, { ranges: BOTH, port: 2222 })
      assert.equal(spawnSync('/bin/sh', ['-n'], { input: rules }).status, 0)
      for (const { text } of BOTH) assert.ok(rules.includes(text))
      assert.match(rules, /2222/)
    })
  }

  it('of ufw are in its own grammar', () => {
    const [, first] = firewallRules('ufw', { ranges: BOTH, port: 22 }).split('\n')
    assert.equal(first, 'ufw allow proto tcp from 203.0.113.0/24 to any port 22 comment fleetkey')
  })

  it('are permissions that AWS’s clients take', { skip: hasBoto3 ? false : 'no boto3' }, () => {
    const input = firewallRules('aws-security-group', { ranges: BOTH, port: 2222 })
    const script = `
import boto3, json, sys
from botocore.validate import validate_parameters
ec2 = boto3.client('ec2', region_name='eu-west-1', aws_access_key_id='x', aws_secret_access_key='y')
shape = ec2.meta.service_model.operation_model('AuthorizeSecurityGroupIngress').input_shape
given = {'GroupId': 'sg-1', 'IpPermissions': json.load(sys.stdin)}
validate_parameters(given, shape)
print([r['CidrIp'] for r in given['IpPermissions'][0]['IpRanges']])`
    const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script], {
      input,
      encoding: 'utf8',
    })
    assert.equal(stdout.trim(), "['203.0.113.0/24', '10.9.0.1/32']", stderr)
  })

  it('are made for every firewall that is offered', () => {
    for (const firewall of FIREWALLS)
      assert.match(firewallRules(firewall, { ranges: BOTH, port: 22 }), /203\.0\.113\.0\/24/)
  })
})

describe('the ranges of a server', () => {
  const entry = (fields: object) => ({ service: 'EC2_INSTANCE_CONNECT', region: 'x', ...fields })

  it('are those of our service', () => {
    const document = {
      prefixes: [
        entry({ ip_prefix: '10.0.0.0/8' }),
        entry({ ip_prefix: '1.0.0.0/8', service: 'S3' }),
      ],
      ipv6_prefixes: [entry({ ipv6_prefix: 'fd77::/64' })],
    }
    assert.deepEqual(
      readRanges(document).map(({ text }) => text),
      ['10.0.0.0/8', 'fd77::/64'],
    )
  })

  it('are refused when one is no range (a line of a firewall, a command)', () => {
    for (const ip_prefix of ['10.0.0.0/8; rm -rf /', 'fd77::/64', '10.0.0.1\nallow all', '', 7])
      assert.throws(() => readRanges({ prefixes: [entry({ ip_prefix })] }), Failure)
  })
})
