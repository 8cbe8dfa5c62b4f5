import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { scratchDirectory } from '../testing/agent-parts.ts'
import { createFakeManagedSigner, whyNoSigner } from '../testing/managed-signer.ts'
import { parseSshdConfig } from '../sshd.ts'
import { findMachineProblem, isAskedBySshd, trustFileOf } from './host-package.ts'

const ID = 'i-0123456789abcdef0'
const tag = 'devices/virtual/dmi/id/board_asset_tag'

describe('the machine, as the host package sees it', () => {
  for (const [what, files, expected] of [
    ['one whose asset tag is the instance id', { [tag]: `${ID}\n` }, undefined],
    ['a Xen guest of EC2', { 'hypervisor/uuid': 'ec2e1916-9099\n' }, undefined],
    [
      'one of another instance',
      { [tag]: 'i-0123456789abcdef1\n' },
      /here it is "i-0123456789abcdef1"/,
    ],
    [
      'one that nobody tagged',
      { [tag]: 'Not Specified\n' },
      /-smbios type=2,asset=i-0123456789abcdef0/,
    ],
    ['one without a DMI', {}, /here it is not there/],
    [
      'another Xen guest, whatever its tag',
      { 'hypervisor/uuid': 'abc', [tag]: ID },
      /does not begin with ec2/,
    ],
  ] as const)
    it(`is ${what}`, (test) => {
      const sys = scratchDirectory(test)
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(`${sys}/${name}`), { recursive: true })
        writeFileSync(`${sys}/${name}`, text)
      }
      const problem = findMachineProblem(ID, sys)
      if (expected === undefined) assert.equal(problem, undefined)
      else assert.match(problem ?? '', expected)
    })
})

describe('sshd', () => {
  const command = '/usr/share/ec2-instance-connect/eic_run_authorized_keys'
  const found = { command, trust: { kind: 'directory', path: '/etc/ssl/certs' } } as const
  const asks = (config: string) => isAskedBySshd(found, parseSshdConfig(config))

  it('asks the package by its configuration', () => {
    assert.ok(asks(`authorizedkeyscommand ${command} %u %f`))
    assert.ok(!asks('authorizedkeyscommand none'))
    assert.ok(!asks('authorizedkeyscommand /bin/other %u'))
  })

  it('asks the package by what is added to its unit', (test) => {
    const file = `${scratchDirectory(test)}/ec2-instance-connect.conf`
    const asksBy = () => isAskedBySshd(found, parseSshdConfig(''), [file])
    assert.ok(!asksBy())
    writeFileSync(file, `ExecStart=/usr/sbin/sshd -D -o "AuthorizedKeysCommand ${command} %%u %%f"`)
    assert.ok(asksBy())
  })

  it('asks the package by its command line, as the unit of the Debian package has it', (test) => {
    const pidFile = `${scratchDirectory(test)}/sshd.pid`
    writeFileSync(pidFile, `${process.pid}\n`)
    assert.ok(!asks(`pidfile ${pidFile}`))
    const self = isAskedBySshd(
      { ...found, command: process.argv[0] ?? '' },
      parseSshdConfig(`pidfile ${pidFile}`),
    )
    assert.ok(self)
    assert.ok(!asks('pidfile none'))
  })
})

describe('the file of a trusted root', { skip: whyNoSigner() ?? false }, () => {
  it('is named after the root, as the package looks for it', () => {
    const { root } = createFakeManagedSigner('1a2b3c4d')
    assert.equal(
      trustFileOf(root, '/etc/ssl/certs'),
      '/etc/ssl/certs/Fleetkey_managed_SSH_root_1a2b3c4d.pem',
    )
  })

  it('is none for a root whose name could lead elsewhere', () => {
    const { root } = createFakeManagedSigner('x..')
    assert.throws(() => trustFileOf(root, '/etc/ssl/certs'), /no usable name/)
  })
})
