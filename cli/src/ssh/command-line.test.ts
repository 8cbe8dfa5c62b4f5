import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { parseSshCommandLine } from './command-line.ts'

const parse = (text: string) => parseSshCommandLine(text.split(' ').filter(Boolean))

describe('parseSshCommandLine', () => {
  it('takes user and instance apart at the last @', () => {
    const line = parse('a@b@web-1')
    assert.equal(line.osUser, 'a@b')
    assert.equal(line.target, 'web-1')
  })
  it('takes ssh options on both sides of the instance, then the command', () => {
    const line = parse('-L 8080:localhost:80 web-1 -tt -C uptime -p')
    assert.deepEqual(line.options, ['-L', '8080:localhost:80', '-t', '-t', '-C'])
    assert.deepEqual(line.command, ['uptime', '-p'])
  })
  it('takes clustered letters with a value at the end', () => {
    assert.deepEqual(parse('-NL8080:localhost:80 web-1').options, ['-N', '-L', '8080:localhost:80'])
  })
  it('leaves everything after -- to the remote side', () => {
    assert.deepEqual(parse('web-1 -- -i --profile').command, ['-i', '--profile'])
  })
  it('takes the instance after a leading --, as ssh does', () => {
    const line = parse('-- web-1 uptime')
    assert.equal(line.target, 'web-1')
    assert.deepEqual(line.command, ['uptime'])
  })
  it('reads -l, -p, -4, -6, -F, -A itself', () => {
    const line = parse('-l bob -p 2222 -6 -F /c -A web-1')
    assert.deepEqual(
      [line.osUser, line.port, line.family, line.configFile, line.forwardAgent, line.options],
      ['bob', 2222, 6, '/c', true, []],
    )
  })
  it('reads our long options anywhere before the command', () => {
    const line = parse('web-1 --os-user bob --profile=x --verbose -- ls')
    assert.deepEqual([line.osUser, line.flags, line.verbose], ['bob', { profile: 'x' }, true])
  })
  it('has no target when none was named', () => {
    assert.equal(parse('-v').target, undefined)
  })

  const refused = [
    '-i key web-1',
    '-ikey web-1',
    '-I lib web-1',
    '-o IdentityFile=/k web-1',
    '-oidentityagent=none web-1',
    '-o StrictHostKeyChecking=no web-1',
    '-o UserKnownHostsFile=/dev/null web-1',
    '-o HostKeyAlias=x web-1',
    '-o KnownHostsCommand=x web-1',
    '-o CertificateFile=x web-1',
    '-o PasswordAuthentication=yes web-1',
    '-o Include=/x web-1',
    '-o nonsense web-1',
    '-O check web-1',
    '-G web-1',
    '-J -oProxyCommand=x web-1',
    '-J a;b web-1',
    '-J $(x) web-1',
    '-p 0 web-1',
    '-p 2e1 web-1',
    '-z web-1',
    '--unknown web-1',
    '--verbose=1 web-1',
    'web-1 -L',
  ]
  for (const text of refused) {
    it(`refuses ${text}`, () => assert.throws(() => parse(text), Failure))
  }
  it('passes other options of ssh_config on', () => {
    const text = '-o ServerAliveInterval=5 -J me@bastion:22,[::1]:23 -o ProxyCommand=x web-1'
    assert.equal(parse(text).options.join(' '), text.replace(' web-1', ''))
  })
})
